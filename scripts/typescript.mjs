// Runs TypeScript sources on any Node that the project supports:
//   node --import ./scripts/typescript.mjs program.ts
// Node 22.15 and later have hooks in the same thread; before, they run in one of their own.
import * as module from 'node:module'
import * as hooks from './typescript-hooks.mjs'

if (module.registerHooks === undefined) module.register('./typescript-hooks.mjs', import.meta.url)
else module.registerHooks(hooks)
