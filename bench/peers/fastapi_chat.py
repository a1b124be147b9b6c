"""FastAPI, for `uvicorn fastapi_chat:app` with uvloop and httptools, one worker."""

import functools
import hashlib
import json

from fastapi import FastAPI, WebSocket, WebSocketDisconnect

CHUNKS = 10

app = FastAPI()


@functools.lru_cache(maxsize=10_000)
def cached_answer(question):
    digest = hashlib.sha256(question.encode()).hexdigest()
    return [f"Part {part} of the answer: {digest[:40]}." for part in range(CHUNKS)]


@app.websocket("/ws/{session}/{client}")
async def converse(socket: WebSocket, session: str, client: str):
    await socket.accept()
    try:
        while True:
            message = json.loads(await socket.receive_text())
            pieces = cached_answer(message["text"])
            for part, text in enumerate(pieces):
                chunk = {
                    "type": "chunk",
                    "number": message["number"],
                    "part": part,
                    "text": text,
                    "final": part + 1 == len(pieces),
                }
                await socket.send_text(json.dumps(chunk, separators=(",", ":")))
    except WebSocketDisconnect:
        pass
