/** Whether a store still has a request's file as it was stored: nothing else is opened as that, or goes into a copy. */
import { Problem } from "../../core/errors.ts";
import { isOther } from "../../recordings/objects.ts";
import { hashing } from "../../storage/hashing.ts";
import { storeProblem } from "../../storage/problem.ts";
import type { Head, Store } from "../../storage/store.ts";
import type { StoredAs } from "./store.ts";

/**
 * What the store has, if that is the file; null where it has nothing. Of a file from before, without a hash, it is taken for
 * that. A bucket that was copied has other versions of the same bytes: these are read and compared. Throws `object-changed`.
 */
export async function sameFile(
  store: Store,
  { object, sha256, etag }: StoredAs & { object: string },
): Promise<Head | null> {
  const head = await storeProblem(store.head(object));
  if (!head || !isOther(etag, head.etag)) return head;
  const { through, hash } = hashing();
  const sent = await storeProblem(store.read(object, { offset: 0, length: head.size }, head.etag));
  await sent.pipeThrough(through).pipeTo(new WritableStream());
  if (sha256 === null || (await hash()) !== sha256) throw new Problem("object-changed");
  return head;
}
