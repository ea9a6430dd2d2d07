/** Results as rows: those of one kind, and groups of them. */

/** The rows in groups of those for which `of` gives the same, groups and rows in the order in which they come first. */
export function grouped<Row>(rows: readonly Row[], of: (row: Row) => unknown): Row[][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = JSON.stringify(of(row));
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()];
}

/** The results whose points are of one kind, in their order. */
export function ofKind<Result extends { point: { kind: string } }, Kind extends Result['point']['kind']>(
  results: readonly Result[],
  kind: Kind,
): Extract<Result, { point: { kind: Kind } }>[] {
  return results.filter(({ point }) => point.kind === kind) as Extract<Result, { point: { kind: Kind } }>[];
}

/** The rows that have a member, which is null in others. */
export const having = <Row, Name extends keyof Row>(rows: readonly Row[], name: Name): Having<Row, Name>[] =>
  rows.filter((row): row is Having<Row, Name> => row[name] !== null);
export type Having<Row, Name extends keyof Row> = Row & { [name in Name]: NonNullable<Row[Name]> };
