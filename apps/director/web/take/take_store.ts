import { get, post } from '@antiphon/web/api/request.ts'
import type { Layout, OpenedTake, TakeView } from '@antiphon/web/api/schema.ts'
import { Connection, type Message } from '@antiphon/web/live/connection.ts'
import { firstLink, type Link } from '@antiphon/web/live/link.ts'
import { closeCode, type Frame, type Welcome } from '@antiphon/web/live/protocol.ts'
import { create } from 'zustand'
import {
  type ChartTold,
  type Mode,
  type Opinion,
  type Overlay,
  paths,
  type Proposal,
  type Snapshot,
} from '../api.ts'
import { DeviceFailure, type DeviceProblem } from '../device.ts'
import { levelOf } from '../sound/level.ts'
import { type Microphone, openMicrophone } from '../sound/microphone.ts'
import {
  apply,
  emptyTake,
  ended,
  restore,
  type TakeState,
  withLayout,
  withoutChartProposal,
  withoutProposal,
} from './take_state.ts'

/** A clip that was commanded, and when the page heard of it, as performance.now(). */
export interface Command {
  overlay: Overlay
  at: number
}

interface TakeStore {
  sessionId: string | null
  link: Link
  take: TakeState
  microphone: 'off' | 'opening' | 'on'
  /** The microphone's own sound, while it is on. */
  sound: MediaStream | null
  /** Sound sent in this take, in samples. */
  heardSamples: number
  command: Command | null
  /** The chart that was told last. */
  chart: ChartTold | null
  /** From the command's arrival to its first frame on the canvas. */
  shownMs: number | null
  problem: DeviceProblem | Error | null
}

const nothing: TakeStore = {
  sessionId: null,
  link: firstLink,
  take: emptyTake,
  microphone: 'off',
  sound: null,
  heardSamples: 0,
  command: null,
  chart: null,
  shownMs: null,
  problem: null,
}

export const useTake = create<TakeStore>(() => nothing)
/** Loudness of the last 100 ms, 0 to 1. */
export const useLevel = create(() => ({ level: 0 }))

/** A command older than this is not shown any more (D-7). */
const commandAgeMax = 2500

let connection: Connection | null = null
let microphone: Microphone | null = null
let serverAhead = 0 // milliseconds that the server's clock is ahead of ours

const { setState: set, getState: state } = useTake

/** Goes on with the take that the address names, or with the one before this page was left. */
export function enter(): void {
  const sessionId = new URLSearchParams(location.search).get('take') ?? state().sessionId
  if (sessionId && !connection) connect({ sessionId, wsUrl: paths.socket(sessionId) })
}

/** The page is left: nothing listens any more; the take itself goes on. */
export function leave(): void {
  stopListening()
  connection?.stop()
  connection = null
}

/** Puts the page back to where no take is. */
export function begin(): void {
  leave()
  set({ ...nothing, take: withLayout(emptyTake, state().take.status.layout) })
  history.replaceState(null, '', location.pathname)
}

export async function startListening(): Promise<void> {
  if (state().microphone !== 'off') return
  set({ microphone: 'opening', problem: null })
  try {
    const opened = await openMicrophone(onChunk, stopListening)
    microphone = opened
    await ensureTake()
    set({ microphone: 'on', sound: opened.stream })
  } catch (failure) {
    stopListening()
    set({ problem: failure instanceof DeviceFailure ? failure.problem : (failure as Error) })
  }
}

export function stopListening(): void {
  microphone?.stop()
  microphone = null
  set({ microphone: 'off', sound: null })
  useLevel.setState({ level: 0 })
}

/** Says a typed sentence in place of a spoken one. */
export async function say(text: string): Promise<void> {
  try {
    await ensureTake()
    send({ action: 'text', text })
  } catch (failure) {
    set({ problem: failure as Error })
  }
}

/** Tells where clip and speaker stand; the server tells all pages of the take. */
export function setLayout(layout: Layout): void {
  set({ take: withLayout(state().take, layout) })
  send({ action: 'layout', layout })
}

export const override = (assetId: string) => send({ action: 'manualOverride', assetId })
export const setPaused = (paused: boolean) => send({ action: paused ? 'pause' : 'resume' })
export const setMode = (mode: Mode) => send({ action: 'mode', mode })
export const setCoverage = (coverage: number) => send({ action: 'coverage', coverage })
export const approve = (suggestionId: number, assetId: string) =>
  send({ action: 'approve', suggestionId, assetId })
export const approveChart = (chartId: number) => send({ action: 'approve', chartId })
export const rate = (assetId: string, thumb: Opinion['thumb']) =>
  send({ action: 'rate', assetId, thumb })
export const pin = (assetId: string, pinned: boolean) => send({ action: 'pin', assetId, pinned })
export const ban = (assetId: string, banned: boolean) => send({ action: 'ban', assetId, banned })
export const retry = () => connection?.retry()

export function finish(): void {
  stopListening()
  send({ action: 'finish' })
}

/** The canvas drew the first frame of a clip. */
export function noteShown(assetId: string, at: number): void {
  const { command } = state()
  if (command?.overlay.assetId === assetId) set({ shownMs: at - command.at })
}

function send(message: Message): void {
  connection?.send(message)
}

async function ensureTake(): Promise<void> {
  if (connection) return
  const { layout } = state().take.status
  const take = await post<OpenedTake>(paths.takes, { language: 'en', layout })
  set({ ...nothing, microphone: state().microphone, take: withLayout(emptyTake, layout) })
  connect(take)
}

function connect({ sessionId, wsUrl }: OpenedTake): void {
  set({ sessionId })
  history.replaceState(null, '', `?take=${encodeURIComponent(sessionId)}`)
  const url = new URL(wsUrl, location.href)
  url.protocol = url.protocol.replace('http', 'ws')
  connection = new Connection(url.href, { onWelcome, onFrame, onLink })
}

function onChunk(chunk: Int16Array<ArrayBuffer>): void {
  useLevel.setState({ level: levelOf(chunk) })
  connection?.sendSound(chunk)
  if (connection) set({ heardSamples: state().heardSamples + chunk.length })
}

function onLink(link: Link): void {
  set({ link })
  if (link.phase !== 'over') return
  stopListening()
  if (link.closed?.code === closeCode.noSuchSession) void showEnded()
}

// The session is gone, but what was said in the take stands in the library of takes.
async function showEnded(): Promise<void> {
  try {
    const take = await get<TakeView>(`${paths.takes}/${state().sessionId}`)
    set({ take: ended(state().take, take.transcript) })
  } catch (failure) {
    begin()
    set({ problem: failure as Error })
  }
}

function onWelcome(welcome: Welcome): void {
  serverAhead = Date.parse(welcome.ts ?? '') - Date.now() || 0
  const received = welcome.audio?.receivedSamples ?? 0
  set({ heardSamples: Math.max(received, state().heardSamples) })
  if (!welcome.recovered && welcome.snapshot) {
    set({ take: restore(state().take, welcome.snapshot as Snapshot) })
    state().take.proposals.forEach(forgetInTime)
    state().take.chartProposals.forEach(forgetChartInTime)
  }
}

function onFrame(frame: Frame): void {
  set({ take: apply(state().take, frame) })
  if (frame.type === 'overlay_command' && ageOf(frame) <= commandAgeMax) {
    set({ command: { overlay: frame as unknown as Overlay, at: performance.now() }, shownMs: null })
  }
  if (frame.type === 'chart' && ageOf(frame) <= commandAgeMax) {
    set({ chart: frame as unknown as ChartTold })
  }
  if (frame.type === 'chart_proposal') forgetChartInTime(frame as unknown as ChartTold)
  if (frame.type === 'overlay_proposal') forgetInTime(frame as unknown as Proposal)
  if (frame.type === 'opinion' && frame.standing === 'banned') takeOff(String(frame.assetId))
  if (frame.type === 'status' && frame.state === 'completed') stopListening()
}

// A banned clip leaves the canvas at once.
function takeOff(assetId: string): void {
  if (state().command?.overlay.assetId === assetId) set({ command: null })
}

function forgetInTime({ suggestionId, approveBy }: Proposal): void {
  setTimeout(() => set({ take: withoutProposal(state().take, suggestionId) }), timeTo(approveBy))
}

function forgetChartInTime({ chartId, approveBy }: ChartTold): void {
  const forget = () => set({ take: withoutChartProposal(state().take, chartId) })
  setTimeout(forget, timeTo(approveBy ?? ''))
}

function timeTo(moment: string): number {
  return Math.max(0, Date.parse(moment) - Date.now() - serverAhead || 0)
}

function ageOf(frame: Frame): number {
  return Date.now() + serverAhead - Date.parse(frame.ts ?? '') || 0
}

window.addEventListener('offline', () => connection?.drop('offline'))
window.addEventListener('online', () => connection?.retry())
