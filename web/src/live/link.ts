import {
  closeCode,
  type Frame,
  isFinal,
  isWelcome,
  type Position,
  type Welcome,
} from './protocol.ts'

// The state machine of a connection: (state, event) -> state and actions, without sockets, timers
// or chance of its own. connection.ts does what the actions say.

/**
 * connecting  the socket is opening
 * greeting    hello is sent, welcome is awaited
 * live        frames flow
 * waiting     for the next try
 * lost        all tries failed; `retry` begins again
 * over        closed for good
 */
export type Phase = 'connecting' | 'greeting' | 'live' | 'waiting' | 'lost' | 'over'

export interface Link {
  phase: Phase
  /** The last event that came; null before the first welcome. */
  position: Position | null
  /** Tries that failed since it was last live. */
  failures: number
  /** Why it is over, or why the last try failed. */
  closed: { code: number; reason: string } | null
}

export type LinkEvent =
  | { kind: 'opened' }
  | { kind: 'frame'; frame: Frame }
  /** `chance` in [0, 1) spreads the tries of many clients. */
  | { kind: 'closed'; code: number; reason: string; chance: number }
  | { kind: 'due' }
  | { kind: 'retry' }
  | { kind: 'stop' }

export type LinkAction =
  | { kind: 'connect' }
  | { kind: 'hello'; resumeFrom: Position | null }
  | { kind: 'welcomed'; welcome: Welcome }
  | { kind: 'deliver'; frame: Frame }
  | { kind: 'wait'; milliseconds: number }
  | { kind: 'close' }

export const triesMax = 5
export const firstWait = 500
export const longestWait = 8000
export const restartSpread = 2000

export const firstLink: Link = { phase: 'connecting', position: null, failures: 0, closed: null }

type Step = [Link, LinkAction[]]

export function step(link: Link, event: LinkEvent): Step {
  switch (event.kind) {
    case 'opened':
      if (link.phase !== 'connecting') return [link, []]
      return [{ ...link, phase: 'greeting' }, [{ kind: 'hello', resumeFrom: link.position }]]
    case 'frame':
      return onFrame(link, event.frame)
    case 'closed':
      return onClosed(link, event.code, event.reason, event.chance)
    case 'due':
      return link.phase === 'waiting' ? connect(link) : [link, []]
    case 'retry':
      if (link.phase !== 'waiting' && link.phase !== 'lost') return [link, []]
      return connect({ ...link, failures: 0 })
    case 'stop':
      return [
        { ...link, phase: 'over', closed: { code: closeCode.normal, reason: '' } },
        [{ kind: 'close' }],
      ]
  }
}

function connect(link: Link): Step {
  return [{ ...link, phase: 'connecting' }, [{ kind: 'connect' }]]
}

function onFrame(link: Link, frame: Frame): Step {
  if (isWelcome(frame)) return link.phase === 'greeting' ? onWelcome(link, frame) : [link, []]
  if (link.phase !== 'live') return [link, []]
  if (frame.seq === undefined) return [link, [{ kind: 'deliver', frame }]]
  return onEvent(link, frame, frame.seq)
}

function onWelcome(link: Link, welcome: Welcome): Step {
  const position =
    welcome.recovered && link.position
      ? link.position
      : { epoch: welcome.epoch, seq: welcome.seq ?? 0 }
  return [{ phase: 'live', position, failures: 0, closed: null }, [{ kind: 'welcomed', welcome }]]
}

// An event of the log has the next number; a droppable frame carries the number it follows.
function onEvent(link: Link, frame: Frame, seq: number): Step {
  const position = link.position ?? { epoch: 1, seq: 0 }
  if (seq === position.seq) return [link, [{ kind: 'deliver', frame }]]
  if (seq < position.seq) return [link, []]
  if (seq === position.seq + 1) {
    return [{ ...link, position: { ...position, seq } }, [{ kind: 'deliver', frame }]]
  }
  // Something is missing: a new connection resumes after what is here.
  return [{ ...link, phase: 'connecting' }, [{ kind: 'close' }, { kind: 'connect' }]]
}

function onClosed(link: Link, code: number, reason: string, chance: number): Step {
  if (link.phase === 'over' || link.phase === 'lost') return [link, []]
  const closed = { code, reason }
  if (isFinal(code)) return [{ ...link, phase: 'over', closed }, []]
  const failures = link.phase === 'live' ? 0 : link.failures + 1
  if (failures >= triesMax) return [{ ...link, phase: 'lost', failures, closed }, []]
  // All clients of a server that restarts are sent away at once, and come back spread.
  const milliseconds =
    code === closeCode.restart ? restartSpread * chance : waitBefore(failures, chance)
  return [{ ...link, phase: 'waiting', failures, closed }, [{ kind: 'wait', milliseconds }]]
}

/** Doubles from try to try, less up to a half by chance. */
export function waitBefore(failures: number, chance: number): number {
  return Math.min(longestWait, firstWait * 2 ** failures) * (1 - chance / 2)
}
