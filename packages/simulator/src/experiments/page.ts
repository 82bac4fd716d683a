import type { Evidence, Experiment } from './experiment.ts'

export interface Effort {
  readonly cpuSeconds: number
  readonly isFull: boolean
}

/** What the page of evidence says of an experiment, from its last run. */
export function evidenceMarkdown(
  experiment: Experiment,
  evidence: Evidence,
  { cpuSeconds, isFull }: Effort,
): string {
  const { name, published, assumptions } = experiment
  const { headings, rows, charts, claims, size, remarks } = evidence
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [
    `Published: ${published}`,
    '',
    ...assumptions.map((each) => `- ${each}`),
    '',
    line(headings),
    line(headings.map(() => '---')),
    ...rows.map(line),
    '',
    ...charts.flatMap(({ name: file, chart }) => [`![${chart.title}](images/${file}.svg)`, '']),
    ...claims.map(({ text, holds }) => `- ${holds ? 'Reached' : '**Missed**'}: ${text}.`),
    ...remarks.map((remark) => `- ${remark}`),
    '',
    `Made by \`npm run evidence -- ${name}${isFull ? ' --full' : ''}\`: ${size}; ${Math.round(cpuSeconds)} s of processor time.`,
  ].join('\n')
}

/** Puts the text between the markers of that name. */
export function withEvidence(page: string, name: string, text: string): string {
  const pattern = new RegExp(`(<!-- evidence: ${name} -->\\n)[\\s\\S]*?(<!-- end -->)`)
  return page.replace(pattern, (_, start: string, end: string) => `${start}\n${text}\n\n${end}`)
}
