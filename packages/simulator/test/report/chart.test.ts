import { describe, expect, test } from 'vitest'
import { chartSvg } from '../../src/report/chart/chart.ts'
import { linearScale, logScale } from '../../src/report/chart/scale.ts'

describe('A scale', () => {
  test.each<[number, number, number[]]>([
    [0, 10, [0, 2, 4, 6, 8, 10]],
    [0.2, 9.7, [0, 2, 4, 6, 8, 10]],
    [0, 0.3, [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3]],
    [-43, 0, [-50, -40, -30, -20, -10, 0]],
    [5, 5, [5, 6]],
  ])('from %d to %d has even ticks', (from, to, ticks) => {
    expect(linearScale([from, to], [0, 100]).ticks).toEqual(ticks)
  })

  test('of powers has them as ticks, and places a decade as any other', () => {
    const scale = logScale([1, 1_000], [0, 300])
    expect(scale.ticks).toEqual([1, 10, 100, 1_000])
    expect([1, 10, 100, 1_000].map((value) => Math.round(scale.at(value)))).toEqual([
      0, 100, 200, 300,
    ])
  })
})

describe('A chart', () => {
  const axis = { label: 'time', format: String }
  const svg = chartSvg({
    title: 'a < b & "c"',
    description: 'what there is',
    x: axis,
    y: axis,
    marks: [
      {
        kind: 'line',
        series: 0,
        name: 'one',
        points: [
          [0, 0],
          [10, 10],
        ],
      },
      {
        kind: 'points',
        series: 1,
        name: 'two',
        points: [{ x: 5, y: 5, label: '<p>', isChosen: true }],
      },
      { kind: 'rule', axis: 'y', at: 3, label: 'goal' },
    ],
  })

  test('is text that cannot break out of the page, with a title and a description', () => {
    expect(svg).toContain('<title>a &lt; b &amp; &quot;c&quot;</title><desc>what there is</desc>')
    expect(svg).not.toContain('<p>')
  })

  test('tells series apart by shape, and marks what is chosen', () => {
    expect(svg).toMatch(/class="line s0"/)
    expect(svg).toMatch(/<g class="s1">.*class="chosen"/)
    expect(svg).toContain('goal')
  })

  test('without marks is an empty field, not an error', () => {
    expect(chartSvg({ title: 't', description: 'd', x: axis, y: axis, marks: [] })).toContain(
      '</svg>',
    )
  })
})
