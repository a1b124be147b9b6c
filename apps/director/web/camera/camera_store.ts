import { create } from 'zustand'
import { DeviceFailure, type DeviceProblem, openDevice } from '../device.ts'
import { type Corner, corners, nextCorner } from '../stage/layout.ts'

interface CameraStore {
  state: 'off' | 'opening' | 'on'
  /** Its picture, while it is on. */
  video: HTMLVideoElement | null
  /** Where the speaker stands, picture in picture. */
  corner: Corner
  problem: DeviceProblem | null
}

// What a person chose about the page itself.
const cameraKey = 'antiphon.director.camera'
const cornerKey = 'antiphon.director.corner'

function keptCorner(): Corner {
  const kept = localStorage.getItem(cornerKey)
  return corners.find(corner => corner === kept) ?? corners[0]
}

export const useCamera = create<CameraStore>(() => ({
  state: 'off',
  video: null,
  corner: keptCorner(),
  problem: null,
}))

const { setState: set, getState: state } = useCamera

const wanted: MediaTrackConstraints = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30 },
}

/** Opens the camera when it was on the last time. */
export function enterCamera(): void {
  if (localStorage.getItem(cameraKey) === 'on') void startCamera()
}

/** The page is left: the camera is off until it comes back. */
export function leaveCamera(): void {
  const { video } = state()
  if (video) close(video)
  set({ state: 'off', video: null })
}

export async function startCamera(): Promise<void> {
  if (state().state !== 'off') return
  set({ state: 'opening', problem: null })
  try {
    const stream = await openDevice({ video: wanted })
    const video = document.createElement('video')
    video.muted = video.playsInline = true
    video.srcObject = stream
    await video.play()
    // The page was left while the camera opened.
    if (state().state !== 'opening') return close(video)
    stream.getVideoTracks()[0]?.addEventListener('ended', leaveCamera)
    localStorage.setItem(cameraKey, 'on')
    set({ state: 'on', video })
  } catch (failure) {
    const problem = failure instanceof DeviceFailure ? failure.problem : 'busy'
    set({ state: 'off', video: null, problem })
  }
}

export function stopCamera(): void {
  localStorage.removeItem(cameraKey)
  leaveCamera()
}

export function moveSpeaker(): void {
  const corner = nextCorner(state().corner)
  localStorage.setItem(cornerKey, corner)
  set({ corner })
}

function close(video: HTMLVideoElement): void {
  const stream = video.srcObject as MediaStream
  for (const track of stream.getTracks()) track.stop()
  video.srcObject = null
}
