"""How long the replay of a recorded take takes: an hour of sound by flite's voices, most of it
speech, recorded as fast as the recogniser hears it and replayed at maximal speed; every event must
come out the same. --quick takes two minutes of sound. ANTIPHON_PROGRAM names another build.
"""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import wave

from common import programs, report

RATE = 16000
SECONDS, QUICK_SECONDS = 3600, 120
PAUSE_SECONDS = 0.8
VOICES = ("slt", "rms")
SENTENCES = (
    "The football team won the championship last night.",
    "Then it rained for two days, and we went home by train.",
    "Sales grew by twenty percent, from three to five million.",
    "Fresh bread smells best early in the morning when the streets are still empty.",
    "Our customers want faster delivery and lower prices than a year ago.",
    "A rocket flies into space and the whole city watches it.",
)
AIM_SECONDS = 600


def speak(folder, seconds):
    """A WAV file of so much sound, and the share of it that is speech."""
    if not shutil.which("flite"):
        raise programs.CannotRun("flite is not there: tool/setup installs it")
    spoken = []
    for voice in VOICES:
        for sentence in SENTENCES:
            part = folder / "part.wav"
            subprocess.run(["flite", "-voice", voice, "-t", sentence, "-o", part], check=True)
            with wave.open(str(part)) as file:
                if file.getframerate() != RATE:
                    raise programs.CannotRun(f"flite spoke at {file.getframerate()} Hz")
                spoken.append(file.readframes(file.getnframes()))
    pause = bytes(2 * int(RATE * PAUSE_SECONDS))
    round_of_all = pause.join(spoken) + pause
    path = folder / "talk.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        wanted = 2 * RATE * seconds
        file.writeframes((round_of_all * (wanted // len(round_of_all) + 1))[:wanted])
    return path, sum(map(len, spoken)) / len(round_of_all)


def timed(*arguments):
    environment = {**os.environ, "ANTIPHON_RECORD_ENABLED": "true"}
    begun = time.monotonic()
    ran = subprocess.run(arguments, env=environment, capture_output=True, text=True)
    if ran.returncode != 0:
        raise programs.CannotRun(f"{' '.join(map(str, arguments[1:3]))}: {ran.stdout}{ran.stderr}")
    return time.monotonic() - begun, ran.stdout


def run(options):
    program = programs.need(
        os.environ.get("ANTIPHON_PROGRAM", programs.BUILD / "antiphon"),
        "ninja -C build/release programs",
    )
    seconds = QUICK_SECONDS if options.quick else SECONDS
    with tempfile.TemporaryDirectory(prefix="antiphon-bench-") as folder:
        folder = pathlib.Path(folder)
        sound, share = speak(folder, seconds)
        data = folder / "data"
        recorded, _ = timed(program, "director", "take", sound, "--record", "--consent", "--json",
                            "--data", data)
        file = next((data / "records").iterdir())
        took, output = timed(program, "replay", file, "--json", "--data", data)
        replayed = json.loads(output)
    result = report.Result(["sound, s", "speech", "events", "recorded in, s", "replayed in, s"])
    result.add(round(replayed["soundS"]), share, replayed["events"], recorded, took)
    hour = took * SECONDS / seconds
    result.figure("an hour of sound is replayed in, s", hour, f"<= {AIM_SECONDS}")
    return result
