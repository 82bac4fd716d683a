import { render } from 'preact'
import { connect, restWhileHidden } from './state/connection.ts'
import { applyPreferences } from './state/preferences.ts'
import { followAddress } from './state/route.ts'
import { App } from './views/shell/app.tsx'
import { listenToKeys } from './views/shell/shortcuts.ts'

const root = document.getElementById('app')
if (root === null) throw new Error('The page has no element #app.')
applyPreferences()
followAddress()
listenToKeys()
render(<App />, root)
restWhileHidden()
connect()
