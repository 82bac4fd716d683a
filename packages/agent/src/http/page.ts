import type { Route } from './route.ts'

/**
 * What stands in for a dashboard that was not built: what to do, and the calls there are. It shows no
 * data, so it needs no token.
 */
export function indexPage(name: string, routes: readonly Route[], hasToken: boolean): Response {
  const rows = routes
    .map(({ method, path, summary }) => {
      const call = `${method.toUpperCase()} ${path}`
      const linked = method === 'get' && !path.includes('{')
      const shown = linked ? `<a href="${escaped(path)}">${escaped(call)}</a>` : escaped(call)
      return `<tr><td><code>${shown}</code></td><td>${escaped(summary)}</td></tr>`
    })
    .join('\n')
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>hearsay: ${escaped(name)}</title>
<style>
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem }
td { padding: .2rem 1.5rem .2rem 0; vertical-align: top }
</style>
<h1>${escaped(name)}</h1>
<p>This is a hearsay agent. Its dashboard was not built: run <code>npm run build</code> where hearsay
is installed from its sources, and start the agent again. Until then, these are the calls of its HTTP API.
<a href="/v1/members">/v1/members</a> shows who is alive; <a href="/openapi.json">/openapi.json</a>
describes all of them.${hasToken ? ' Most ask for the bearer token that the agent was started with.' : ''}</p>
<table>
${rows}
</table>
</html>
`
  return new Response(html, {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    },
  })
}

function escaped(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character)
}
