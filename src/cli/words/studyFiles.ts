/** The files of a study: figures, report, numbers. */

import type { AnyExperiment, Summary } from '../../experiments/kit/experiment.js';
import { sha256, version } from '../../wasm/binary.js';
import { writeFigures } from './figures.js';

/**
 * Writes the files of a summary, result.json last: if it exists, all files do.
 * @param write writes one of them
 * @param command that reproduces them, for the report
 */
export async function writeStudy(
  experiment: AnyExperiment,
  outcome: Summary,
  command: string,
  write: (name: string, content: Uint8Array | string) => void,
): Promise<void> {
  const figures = await experiment.figures(outcome);
  for (const [name, bytes] of Object.entries(outcome.files ?? {})) write(name, bytes);
  await writeFigures(write, figures);
  const { report } = await import('../../viz/report.js');
  const page = report({
    title: experiment.title,
    subtitle: `blockspin run ${experiment.name}`,
    question: experiment.question,
    answer: outcome.answer,
    facts: outcome.facts,
    figures,
    tables: outcome.tables,
    provenance: provenanceTexts(outcome),
    command,
  });
  write('report.html', page);
  write('result.json', jsonText(outcome.numbers));
}

function provenanceTexts({ numbers }: Summary): Record<string, string> {
  const parameters = (numbers.parameters ?? {}) as Record<string, unknown>;
  return {
    package: `blockspin ${version}`,
    kernels: `SHA-256 ${sha256}`,
    ...Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, JSON.stringify(value)])),
  };
}

/** Numbers as the text of a JSON file. */
export function jsonText(numbers: Record<string, unknown>): string {
  return `${JSON.stringify(numbers, null, 2)}\n`;
}
