import { defineConfig } from 'vite'
import { compressed } from './compressed.mjs'
import { leanUplot } from './lean-uplot.mjs'

// Relative addresses, so that the page also works below a path of a reverse proxy.
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  // The older form of JSX is shorter when it is compressed.
  oxc: {
    jsx: { runtime: 'classic', pragma: 'h', pragmaFrag: 'Fragment' },
    jsxInject: "import { h, Fragment } from 'preact'",
  },
  // The agent may serve no `data:` addresses, and one request more on loopback costs nothing.
  build: {
    // What knows light-dark() in style sheets; older ones would need every colour twice.
    target: ['chrome123', 'firefox120', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    cssMinify: true,
  },
  plugins: [leanUplot(), compressed()],
})
