/** Why a microphone or camera gives nothing, in words that the page can explain. */
export type DeviceProblem = 'denied' | 'missing' | 'busy' | 'unsupported'

export class DeviceFailure extends Error {
  constructor(readonly problem: DeviceProblem) {
    super(problem)
  }
}

/** @throws DeviceFailure */
export async function openDevice(wanted: MediaStreamConstraints): Promise<MediaStream> {
  if (!navigator.mediaDevices) throw new DeviceFailure('unsupported')
  try {
    return await navigator.mediaDevices.getUserMedia(wanted)
  } catch (failure) {
    throw new DeviceFailure(problemOf(failure))
  }
}

function problemOf(failure: unknown): DeviceProblem {
  const name = failure instanceof DOMException ? failure.name : ''
  if (name === 'NotAllowedError') return 'denied'
  if (name === 'NotFoundError') return 'missing'
  return 'busy'
}
