/**
 * Parts of uPlot that the page has no use for, as constants that the minifier folds: scales that are
 * not linear, rounded ranges, its own legend and names of dates, bands, dragging, facets, points,
 * curves other than lines. It is a third of uPlot. With another release of it the build fails rather
 * than leaving something out unseen: then look at what became of the part.
 */
const cuts = [
  [/\b(?:sc\.|wsc\.|scaleX\.|scale\.)?distr == (?:2|3|4|100)\b/g, 'false', 29],
  [/sc\.distr >= 3/g, 'false', 1],
  [/\bmode == 2\b/g, 'false', 16],
  [/\bmode == 1\b/g, 'true', 16],
  [/self\.(?:(?:add|del)Series|(?:add|set|del)Band|setSelect|setLegend) = \w+;/g, '', 7],
  [/let isTime = [^\n]+;/g, 'const isTime = false;', 3],
  [/\tconst _(?:tzDate|fmtDate|timeAxisSplits|timeAxisVals|timeSeriesVal) +=[^\n]+;/g, '', 5],
  [/\bxScaleDistr == [234]\b/g, 'false', 6],
  [/(?:days|months)\.map\(slice3\)/g, '/* @__PURE__ */ $&', 2],
  [/const localTz =[^\n]+;/g, '', 1],
  [/const pointsPath = points\(\)/g, 'const pointsPath = null', 1],
  [/paths = \{\s+points,/g, 'paths = {', 1],
  [/legend\.live\b/g, 'false', 7],
  [/const showLegend = legend\.show;/g, 'const showLegend = false;', 1],
  [/const \[ time[^\n]+ = genTimeStuffs\([^\n]+;/g, '', 2],
  [/\bselect\.show\b/g, 'false', 6],
  [/\bonMouse\((?:mousedown|dblclick), +over, \w+\);/g, '', 2],
  [/events\.(?:mousedown|mouseup|dblclick) = \w+;/g, '', 3],
  [/let dragging = false;/g, 'const dragging = false;', 1],
  [/dragging = (?:true|_dragging);|dragging = false;(?=\n\t\t\})/g, ';', 3],
  [/bandFillClipDirs\(u, seriesIdx\)/g, '[0, 0]', 3],
  [/clipBandLine\(u, [^)]+\)/g, 'null', 9],
  [/const cursorFocus = [^\n]+;/g, 'const cursorFocus = false;', 1],
  [/\brangeNum\((\w+), (\w+), (?:rangePad, true|cfg)\)/g, '[$1, $2]', 3],
  [/uPlot\.(?:rangeLog|rangeAsinh|rangeNum|fmtNum|join|fmtDate|tzDate) +=[^\n]+;/g, '', 7],
  [/\(paths\.(?:stepped|spline|bars) +=[^\n]+;/g, '', 3],
]

export function leanUplot() {
  return {
    name: 'lean-uplot',
    enforce: 'pre',
    transform: {
      filter: { id: /uPlot\.esm\.js$/ },
      handler: (code) => ({ code: cuts.reduce(cut, code), map: null }),
    },
  }
}

function cut(code, [pattern, replacement, expected]) {
  const found = code.match(pattern)?.length ?? 0
  if (found === expected) return code.replace(pattern, replacement)
  throw new Error(`uPlot has ${pattern} ${found} times and not ${expected}: see lean-uplot.mjs.`)
}
