import { useState } from 'react';
import { Curve } from './Curve';
import { useTraining } from './useTraining';

/** 16 rows, of which the blank and the full picture come twice: the likelihood that no model exceeds. */
const BEST = (12 * Math.log(1 / 16) + 4 * Math.log(2 / 16)) / 16;
const EPOCHS = 200;

export function Training() {
  const [hidden, setHidden] = useState(8);
  const { running, curve, result, doubts, error, start, stop } = useTraining();
  const shown = result ?? curve.at(-1);
  return (
    <section>
      <h2>A hook that trains</h2>
      <p>
        An RBM learns the bars and stripes of a 3×3 grid in a worker. Its likelihood is exact; no model exceeds the
        dashed line, {BEST.toFixed(4)} nats per row.
      </p>
      <div className="row">
        <label>
          hidden units
          <select value={hidden} onChange={(event) => setHidden(Number(event.target.value))}>
            {[2, 4, 8, 16].map((number) => (
              <option key={number}>{number}</option>
            ))}
          </select>
        </label>
        <button
          type="button"
          className="main"
          disabled={running}
          onClick={() => start({ hidden, epochs: EPOCHS, seed: 1 })}
        >
          Train
        </button>
        <button type="button" disabled={!running} onClick={stop}>
          Stop
        </button>
        <output id="likelihood">
          {shown === undefined ? 'not begun' : `log-likelihood ${shown.toFixed(4)}`}
          {result !== undefined && ', done'}
        </output>
      </div>
      <Curve values={curve} total={EPOCHS} low={-7} limit={BEST} />
      {[...doubts, ...(error === undefined ? [] : [error])].map((text) => (
        <p key={text} className="quiet">
          {text}
        </p>
      ))}
    </section>
  );
}
