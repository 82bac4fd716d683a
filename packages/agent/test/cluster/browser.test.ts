import { describe, expect, test } from 'vitest'
import { type Desk, opensPage } from '../../src/cluster/browser.ts'

const desk = (more: Partial<Desk> = {}): Desk => ({
  environment: { DISPLAY: ':0' },
  isTerminal: true,
  platform: 'linux',
  ...more,
})

describe('The dashboard is opened by itself', () => {
  test.each<Desk>([
    desk(),
    desk({ environment: { WAYLAND_DISPLAY: 'wayland-0' } }),
    desk({ environment: {}, platform: 'darwin' }),
    desk({ environment: {}, platform: 'win32' }),
  ])('where somebody sits at a desktop: %j', (each) => {
    expect(opensPage('auto', each)).toBe(true)
    expect(opensPage('never', each)).toBe(false)
  })

  test.each<Desk>([
    desk({ environment: {} }),
    desk({ environment: { DISPLAY: '' } }),
    desk({ isTerminal: false }),
    desk({ environment: { DISPLAY: ':0', CI: 'true' } }),
    desk({ environment: { DISPLAY: ':10', SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' } }),
    desk({ environment: { SSH_TTY: '/dev/ttys001' }, platform: 'darwin' }),
  ])('nowhere else, unless it is asked for: %j', (each) => {
    expect(opensPage('auto', each)).toBe(false)
    expect(opensPage('always', each)).toBe(true)
  })
})
