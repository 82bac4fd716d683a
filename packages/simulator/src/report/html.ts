import { readFileSync } from 'node:fs'
import { type Outcome, objectivesOf } from '../comparison/candidate.ts'
import { tradeOffCharts } from '../comparison/charts.ts'
import { comparisonTable } from '../comparison/table.ts'
import { figures } from '../results/figures.ts'
import { resultCells, resultHeadings } from '../results/results.ts'
import { chartSvg } from './chart/chart.ts'
import { chartStyle } from './chart/style.ts'
import { markup } from './chart/svg.ts'
import { runCharts } from './run-charts.ts'
import { settingsSection } from './settings-section.ts'
import { beliefs, messageKinds, type Timeline } from './timeline.ts'

/** One of the runs, and what it looked like. */
export interface Picture {
  readonly timeline: Timeline
  readonly outcome: Outcome
}

export interface Report {
  readonly title: string
  /** The question that the scenario answers. */
  readonly answers: string
  readonly outcomes: readonly Outcome[]
  readonly seeds: readonly number[]
  /** The command line that makes it again, and for a seed the one that runs it alone. */
  readonly command: string
  readonly replay: (seed: number, outcome: Outcome) => string
  readonly version: string
  readonly picture: Picture | undefined
  /** Why there are fewer runs than were asked for. */
  readonly note: string | undefined
}

const page = (name: string) => readFileSync(new URL(`../../page/${name}`, import.meta.url), 'utf8')

/** The whole report as one file that needs nothing else: no network, no other file. */
export function reportHtml(report: Report): string {
  const { title, answers, outcomes, picture, version } = report
  const sections = [
    heading(report),
    failures(report),
    outcomes.length > 1 ? comparison(outcomes) : results(outcomes[0]),
    charts(outcomes),
    picture === undefined ? '' : timeSpace(picture, report),
    settingsSection(outcomes),
    faults(outcomes),
  ]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="${markup(answers)}">
<meta name="generator" content="hearsay ${markup(version)}">
<link rel="icon" href="data:,">
<title>${markup(title)}</title>
<style>${page('report.css')}${chartStyle}</style>
</head>
<body>
<main>
${sections.filter((section) => section !== '').join('\n')}
</main>
${picture === undefined ? '' : script(picture.timeline)}
</body>
</html>
`
}

function heading({ title, answers, seeds, command, note, version }: Report): string {
  const list = seeds.length > 1 ? `${seeds[0] ?? ''} … ${seeds.at(-1) ?? ''}` : `${seeds[0] ?? ''}`
  return `<header>
<h1>${markup(title)}</h1>
<p class="answers">${markup(answers)}</p>
<dl class="facts">
<dt>Seed</dt><dd>${markup(list)}</dd>
<dt>Made by</dt><dd><code>${markup(command)}</code></dd>
<dt>Version</dt><dd>hearsay ${markup(version)}</dd>
</dl>
${note === undefined ? '' : `<p class="note" role="note">${markup(note)}</p>`}
</header>`
}

function failures({ outcomes, replay }: Report): string {
  const items = outcomes.flatMap((outcome) =>
    outcome.runs.flatMap(({ seed, violations }) =>
      violations
        .slice(0, 1)
        .map(
          ({ checker, at, text }) =>
            `<li><strong>Seed ${seed}</strong>: ${markup(checker)} at ${(at / 1_000).toFixed(3)} s: ${markup(text)}<br><code>${markup(replay(seed, outcome))}</code></li>`,
        ),
    ),
  )
  if (items.length === 0) return ''
  return `<section class="failed"><h2>✗ Checkers failed</h2><ul>${items.join('')}</ul></section>`
}

function results(outcome: Outcome | undefined): string {
  if (outcome === undefined) return ''
  const rows = outcome.results.map((result) => {
    const [label = '', ...cells] = resultCells(result)
    const { meaning } = figures[result.figure]
    return `<tr><th scope="row">${markup(label)}<small>${markup(meaning)}</small></th>${cells.map(cell).join('')}</tr>`
  })
  const what = `Each figure over ${outcome.runs.length} run${outcome.runs.length === 1 ? '' : 's'}: the mean, where the true mean lies with 95 % confidence (Student's t), and the least and most of any run.`
  return `<section><h2>Results</h2><p>${what}</p>${table(resultHeadings, rows)}</section>`
}

function comparison(outcomes: readonly Outcome[]): string {
  const objectives = objectivesOf(outcomes)
  const { legend, headings, rows } = comparisonTable(outcomes, objectives)
  const body = rows.map(
    ([label = '', ...cells]) =>
      `<tr><th scope="row">${markup(label)}</th>${cells.map(cell).join('')}</tr>`,
  )
  const plots = tradeOffCharts(outcomes, objectives).map((chart) => figure(chartSvg(chart)))
  return `<section><h2>Side by side</h2>
<p>Means over the runs, with half of their 95 % interval. ★: of the Pareto set, that is, no other column is as good in latency, false positives and bytes and better in one of them.</p>
<ul class="legend">${legend.map((line) => `<li>${markup(line)}</li>`).join('')}</ul>
${table(headings, body)}</section>
<section><h2>The trade-off</h2><p>Lower and further left is better. Whiskers are 95 % intervals.</p><div class="charts">${plots.join('')}</div></section>`
}

function table(headings: readonly string[], rows: readonly string[]): string {
  const head = headings.map((each) => `<th scope="col">${markup(each)}</th>`).join('')
  return `<div class="scroll" tabindex="0" role="region" aria-label="Table"><table><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`
}

function cell(text: string): string {
  return `<td>${markup(text)}</td>`
}

function figure(svg: string): string {
  return `<figure>${svg}</figure>`
}

function charts(outcomes: readonly Outcome[]): string {
  const plots = runCharts(outcomes).map((chart) => figure(chartSvg(chart)))
  if (plots.length === 0) return ''
  return `<section><h2>Over time</h2><div class="charts">${plots.join('')}</div></section>`
}

function timeSpace({ timeline, outcome }: Picture, { replay }: Report): string {
  const { seed } = timeline
  return `<section id="time-space"><h2>One run in time and space</h2>
<p>Seed ${seed}, also by <code>${markup(replay(seed, outcome))}</code>. A row for each member: what it believes of <strong id="subject"></strong>. Lines are messages, from who sent to who received; those that say something of it are thick, lost ones end in a cross.</p>
<div class="tools" role="group" aria-label="View"></div>
<div class="stage"><canvas tabindex="0" role="img" aria-describedby="how cursor"></canvas></div>
<p id="how" class="how">Drag to move, turn the wheel to zoom in time, with Shift in members. Keys: ← → move, + − zoom, ↑ ↓ a member, Home all, N and P the next and the former change of the member's belief.</p>
<p id="cursor" role="status" aria-live="polite"></p>
<details><summary>The same as a list</summary><ol class="story" tabindex="0" aria-label="What happened, in order"></ol></details>
</section>`
}

/** Within a script element only `<` could end it early. */
function script(timeline: Timeline): string {
  const data = JSON.stringify({ ...timeline, beliefNames: beliefs, kindNames: messageKinds })
  return `<script type="application/json" id="timeline">${data.replaceAll('<', '\\u003c')}</script>
<script type="module">${pageScript()}</script>`
}

/** The page's modules as one: what they export and import of each other is then simply there. */
function pageScript(): string {
  return ['time-space.js', 'time-space-controls.js']
    .map((name) =>
      page(name)
        .replace(/^export /gm, '')
        .replace(/^import [^']*'[^']*'$/gm, ''),
    )
    .join('\n')
}

function faults(outcomes: readonly Outcome[]): string {
  const run = outcomes[0]?.runs[0]
  if (run === undefined || run.faults.length === 0) return ''
  const items = run.faults.map((text) => `<li>${markup(text)}</li>`).join('')
  return `<section><details><summary>What was done in the run with seed ${run.seed}</summary><ul class="story" tabindex="0" aria-label="What was done">${items}</ul></details></section>`
}
