const lookEveryMs = 500

/**
 * Fires when the process that started this one is gone. npm starts a shell that starts us, and a
 * signal to npm ends the shell without reaching us: nobody would be left to stop the cluster.
 */
export function launcherGone(): AbortSignal {
  const gone = new AbortController()
  const launcher = process.ppid
  const look = setInterval(() => {
    if (process.ppid === launcher) return
    clearInterval(look)
    gone.abort()
  }, lookEveryMs)
  look.unref()
  return gone.signal
}
