"""Records: valid snapshots in, the highest figure of each of an artist's series out."""

import asyncio
import hashlib
import os

import msgpack
import nats
from nats.js.errors import NotFoundError


async def newest_records(jetstream, subject):
    """What was published last about an artist: the agent's state is in the stream."""
    try:
        return msgpack.unpackb((await jetstream.get_last_msg("TRENDS", subject)).data)["records"]
    except NotFoundError:
        return {}


async def handle(jetstream, message):
    if not (message.headers or {}).get("Casa24-Schema", "").startswith(("snapshot.valid/1.", "snapshot.valid/2.")):
        return await message.term()  # another major version cannot be read
    snapshot = msgpack.unpackb(message.data)
    subject = f"trend.best.{snapshot['artist']['id']}"
    known = await newest_records(jetstream, subject)
    records = dict(known)
    for metric, reading in snapshot["metrics"].items():
        # A jump that the validator marked does not count before the next figure confirms it.
        if "level_change" in reading.get("flags", []):
            continue
        series = f"{snapshot['platform']}.{metric}"
        figure = {"value": reading["value"], "observed_at": snapshot["observed_at"]}
        # The highest, or the first of equal ones, so that the order of arrival does not matter.
        best_first = sorted([records.get(series, figure), figure], key=lambda f: (-f["value"], f["observed_at"]))
        records[series] = best_first[0]
    if records != known:
        trend = {"artist": snapshot["artist"], "records": dict(sorted(records.items()))}
        body = msgpack.packb(trend | {"sample": snapshot.get("sample", False)})
        headers = {"Casa24-Schema": "trend.best/1.0", "Content-Type": "application/msgpack"}
        headers["Nats-Msg-Id"] = hashlib.sha256(b"trend.best\0" + body).hexdigest()[:32]
        await jetstream.publish(subject, body, headers=headers)
    await message.ack()  # after what follows is stored: in a crash between, the snapshot comes again


async def main():
    jetstream = (await nats.connect(os.environ["NATS_URL"])).jetstream()
    snapshots = await jetstream.pull_subscribe("snapshot.valid.>", durable="records", stream="VALID")
    while True:
        try:
            for message in await snapshots.fetch(100):
                await handle(jetstream, message)
        except TimeoutError:
            pass  # nothing new yet


asyncio.run(main())
