// The part of docs/live-protocol.md that a browser needs: frames, positions, close codes.

export const subProtocol = 'antiphon.v1'

/** A server frame; the members of its event stand beside these. */
export interface Frame {
  type: string
  seq?: number
  ts?: string
  [member: string]: unknown
}

/** Where a client is in a session's log. */
export interface Position {
  epoch: number
  seq: number
}

/** The server's answer to hello. */
export interface Welcome extends Frame {
  type: 'welcome'
  sessionId: string
  epoch: number
  /** Whether the events after `resumeFrom` follow; if not, `snapshot` says where the session is. */
  recovered: boolean
  snapshot?: unknown
  audio?: { receivedSamples: number; rate: number }
}

export const closeCode = {
  normal: 1000,
  goingAway: 1001,
  abnormal: 1006,
  restart: 1012,
  unauthorised: 4003,
  noSuchSession: 4004,
} as const

// Closing codes after which the same request would fail again.
const finalCodes: ReadonlySet<number> = new Set([
  1000, 1002, 1003, 1007, 1008, 1009, 4001, 4003, 4004, 4009,
])

export function isFinal(code: number): boolean {
  return finalCodes.has(code)
}

export function isFrame(value: unknown): value is Frame {
  return typeof value === 'object' && value !== null && typeof (value as Frame).type === 'string'
}

export function isWelcome(frame: Frame): frame is Welcome {
  return frame.type === 'welcome' && typeof frame.epoch === 'number'
}
