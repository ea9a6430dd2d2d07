/** A line on two axes, as SVG, in the colours of blockspin's figures. */

interface CurveProps {
  values: readonly number[];
  /** Number of values when all are there. */
  total: number;
  low: number;
  /** Drawn as a dashed line. */
  limit: number;
}

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [480, 210, 36, 16, 12, 40];

export function Curve({ values, total, low, limit }: CurveProps) {
  const high = limit + 0.1;
  const x = (k: number) => LEFT + ((WIDTH - LEFT - RIGHT) * k) / total;
  const y = (value: number) => TOP + ((HEIGHT - TOP - BOTTOM) * (high - Math.max(low, value))) / (high - low);
  const ticks = Array.from({ length: Math.floor(high) - Math.ceil(low) + 1 }, (_, k) => Math.ceil(low) + k);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label="log-likelihood per row against epochs">
      {ticks.map((tick) => (
        <g key={tick}>
          <line className="grid" x1={LEFT} x2={WIDTH - RIGHT} y1={y(tick)} y2={y(tick)} />
          <text x={LEFT - 8} y={y(tick) + 4} textAnchor="end">
            {tick}
          </text>
        </g>
      ))}
      <line className="limit" x1={LEFT} x2={WIDTH - RIGHT} y1={y(limit)} y2={y(limit)} />
      {[0, total / 2, total].map((epoch) => (
        <text key={epoch} x={x(epoch)} y={HEIGHT - BOTTOM + 18} textAnchor="middle">
          {epoch}
        </text>
      ))}
      <text x={WIDTH - RIGHT} y={HEIGHT - 4} textAnchor="end">
        epoch
      </text>
      <polyline className="line" points={values.map((value, k) => `${x(k + 1)},${y(value)}`).join(' ')} />
    </svg>
  );
}
