// Puts the last figures of every benchmark into docs/benchmarks.md, as they were printed.
//   npm run bench && node bench/docs.mjs
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))
const page = at('docs/benchmarks.md')

const text = readFileSync(page, 'utf8').replace(
  /(<!-- figures: ([a-z-]+) -->\n)[\s\S]*?(<!-- end -->)/g,
  (whole, start, name, end) => {
    const figures = at(`.cache/bench/${name}.json`)
    if (!existsSync(figures)) return whole
    return `${start}\n\`\`\`text\n${JSON.parse(readFileSync(figures, 'utf8')).text}\n\`\`\`\n\n${end}`
  },
)
writeFileSync(page, text)
