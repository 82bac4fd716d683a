import { defineConfig } from 'vite'
import { compressed } from './compressed.mjs'

// Relative addresses, so that the page also works below a path of a reverse proxy.
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  // The agent may serve no `data:` addresses, and one request more on loopback costs nothing.
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    cssMinify: true,
  },
  plugins: [compressed()],
})
