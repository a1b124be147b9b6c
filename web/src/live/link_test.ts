import { describe, expect, it } from 'vitest'
import { firstLink, type Link, type LinkAction, type LinkEvent, step, triesMax } from './link.ts'
import { longestWait, waitBefore } from './link.ts'
import type { Frame } from './protocol.ts'

/** Runs events from the beginning; gives the last state and all actions. */
function run(events: LinkEvent[], link: Link = firstLink): [Link, LinkAction[]] {
  const actions: LinkAction[] = []
  for (const event of events) {
    const [next, more] = step(link, event)
    link = next
    actions.push(...more)
  }
  return [link, actions]
}

const frame = (body: Frame): LinkEvent => ({ kind: 'frame', frame: body })
const welcome = (epoch: number, seq: number, recovered = false) =>
  frame({ type: 'welcome', sessionId: 'ses_1', epoch, seq, recovered })
const event = (seq: number) => frame({ type: 'status', seq })
const broken: LinkEvent = { kind: 'closed', code: 1006, reason: '', chance: 0 }
const live: LinkEvent[] = [{ kind: 'opened' }, welcome(1, 0)]
const kinds = (actions: LinkAction[]) => actions.map(action => action.kind)

describe('a connection (E-21)', () => {
  it('says hello without a position first', () => {
    const [link, actions] = run([{ kind: 'opened' }])
    expect(link.phase).toBe('greeting')
    expect(actions).toEqual([{ kind: 'hello', resumeFrom: null }])
  })

  it('takes its position from a welcome that brings a snapshot', () => {
    const [link] = run([{ kind: 'opened' }, welcome(3, 41)])
    expect(link).toMatchObject({ phase: 'live', position: { epoch: 3, seq: 41 } })
  })

  it('delivers events in order and counts them', () => {
    const [link, actions] = run([...live, event(1), event(2)])
    expect(link.position).toEqual({ epoch: 1, seq: 2 })
    expect(kinds(actions)).toEqual(['hello', 'welcomed', 'deliver', 'deliver'])
  })

  it('delivers a droppable frame, which has the number that it follows', () => {
    const [link, actions] = run([...live, event(1), event(1)])
    expect(link.position?.seq).toBe(1)
    expect(kinds(actions).slice(2)).toEqual(['deliver', 'deliver'])
  })

  it('drops what is older than its position', () => {
    const [, actions] = run([...live, event(1), event(2), event(1)])
    expect(kinds(actions).filter(kind => kind === 'deliver')).toHaveLength(2)
  })

  it('connects again when a number is missing, and resumes after what it has', () => {
    const [link, actions] = run([...live, event(1), event(3), { kind: 'opened' }])
    expect(kinds(actions).slice(3)).toEqual(['close', 'connect', 'hello'])
    expect(actions.at(-1)).toEqual({ kind: 'hello', resumeFrom: { epoch: 1, seq: 1 } })
    expect(link.phase).toBe('greeting')
  })

  it('keeps its position over a recovered welcome, so that what follows fits', () => {
    const again: LinkEvent[] = [broken, { kind: 'due' }, { kind: 'opened' }, welcome(1, 1, true)]
    const [link, actions] = run([...live, event(1), ...again, event(2)])
    expect(link).toMatchObject({ phase: 'live', position: { epoch: 1, seq: 2 }, failures: 0 })
    expect(kinds(actions).at(-1)).toBe('deliver')
  })

  it('takes a new epoch from a welcome that could not resume', () => {
    const again: LinkEvent[] = [broken, { kind: 'due' }, { kind: 'opened' }, welcome(2, 7)]
    const [link] = run([...live, event(1), ...again])
    expect(link.position).toEqual({ epoch: 2, seq: 7 })
  })
})

describe('a broken connection (D-20)', () => {
  it('is tried five times with growing waits, then is lost', () => {
    const once: LinkEvent[] = [broken, { kind: 'due' }]
    const [link, actions] = run([...live, ...Array.from({ length: 9 }, () => once).flat()])
    expect(kinds(actions).filter(kind => kind === 'connect')).toHaveLength(triesMax)
    expect(link.phase).toBe('lost')
    const waits = actions.flatMap(action => (action.kind === 'wait' ? [action.milliseconds] : []))
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000])
  })

  it('is spread over the time that a restarting server leaves to its clients', () => {
    const sentAway = (chance: number): LinkEvent => ({ ...broken, code: 1012, chance })
    const waitOf = (chance: number) => run([...live, sentAway(chance)])[1].at(-1)
    expect(waitOf(0)).toEqual({ kind: 'wait', milliseconds: 0 })
    expect(waitOf(0.75)).toEqual({ kind: 'wait', milliseconds: 1500 })
    expect(run([...live, sentAway(1)])[0].phase).toBe('waiting')
  })

  it('begins to count again once it was live', () => {
    const [link] = run([...live, broken, { kind: 'due' }, broken, { kind: 'due' }, ...live])
    expect(link.failures).toBe(0)
  })

  it('is tried at once when asked, also after it was lost', () => {
    const lost: Link = { ...firstLink, phase: 'lost', failures: triesMax }
    const [link, actions] = run([{ kind: 'retry' }], lost)
    expect(link).toMatchObject({ phase: 'connecting', failures: 0 })
    expect(kinds(actions)).toEqual(['connect'])
  })

  it('is not tried after a code that says the session is gone', () => {
    const [link, actions] = run([...live, { ...broken, code: 4004 }, { kind: 'due' }])
    expect(link).toMatchObject({ phase: 'over', closed: { code: 4004 } })
    expect(kinds(actions)).not.toContain('connect')
  })

  it('ignores frames that come before welcome', () => {
    const [, actions] = run([{ kind: 'opened' }, event(5)])
    expect(kinds(actions)).toEqual(['hello'])
  })
})

describe('waitBefore', () => {
  it('is spread by chance and never above its limit', () => {
    expect(waitBefore(0, 0.5)).toBe(375)
    expect(waitBefore(30, 0)).toBe(longestWait)
  })
})
