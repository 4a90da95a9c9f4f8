// Reads zarr arrays with zarrita: for every folder that is named, a line of JSON with shape and SHA-256 of the pixels.
import { createHash } from "node:crypto";
import { FileSystemStore } from "@zarrita/storage";
import { get, open } from "zarrita";

for (const folder of process.argv.slice(2)) {
  const array = await open(new FileSystemStore(folder), { kind: "array" });
  const { data, shape } = await get(array);
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  console.log(JSON.stringify({ shape, digest: createHash("sha256").update(bytes).digest("hex") }));
}
