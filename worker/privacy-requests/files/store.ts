/** A request's files in their store: where they go, how they arrive, and when they end. */
import type * as z from "zod";
import type { requestFile } from "../../../shared/privacy-requests/api.ts";
import { daysLater } from "../../../shared/core/calendar.ts";
import { type OwnKind, ownKinds, places } from "../../../shared/recordings/places.ts";
import type { Policy } from "../../../shared/policy/policy.ts";
import { fill } from "../../../shared/texts/language.ts";
import { problemDetails as details } from "../../../shared/texts/core/problems.en.ts";
import { bind, insertBound } from "../../core/bound.ts";
import { record } from "../../core/commit.ts";
import { Problem } from "../../core/errors.ts";
import { sql, type Statement } from "../../core/sql.ts";
import type { Env } from "../../env.ts";
import { FILES } from "../../recordings/objects.ts";
import { isAllowed } from "../../recordings/rows.ts";
import { hashing } from "../../storage/hashing.ts";
import { storeProblem } from "../../storage/problem.ts";
import { storeAt } from "../../storage/places.ts";
import type { Store } from "../../storage/store.ts";
import { COMING, type Moment } from "../rows.ts";
import { filesBound, namesBound } from "./bound.ts";

type OwnStore = Store & Required<Pick<Store, "put">>;

type FilePurpose = z.infer<typeof requestFile>["purpose"];
type FilePlace = "files" | "copies";
const placeOf = (purpose: FilePurpose): FilePlace => (purpose === "export" ? "copies" : "files");

/**
 * `request_files.store`: the kind of store and the place. Without a place it is the recordings' bucket, where files of before lie
 * until they are erased. An older Worker knows no place: it neither opens such a file nor takes it for erased.
 */
export type FileStore = OwnKind | `${OwnKind}-${FilePlace}`;

/** Where a file of this purpose goes. Throws `storage-region` where the company has no store for it in the policy's regions. */
export function wantFileStore(
  env: Env,
  policy: Policy,
  purpose: FilePurpose,
): { kind: FileStore; store: OwnStore } {
  const place = placeOf(purpose);
  for (const kind of ownKinds) {
    const store = storeAt(env, place, kind);
    if (store?.put && isAllowed(policy, store.region))
      return { kind: `${kind}-${place}`, store: store as OwnStore };
  }
  const regions = policy.recording.regions.join(", ");
  const { s3, r2 } = places[place];
  throw new Problem("storage-region", fill(details.noFileStore, { regions, s3, r2 }));
}

export const objectOf = (request: string, file: string): string => `${FILES}${request}/${file}`;

type Placed = Pick<NewFile, "store" | "purpose" | "object">;
const whereOf = ({ store }: Placed) => store.split("-") as [OwnKind, FilePlace?];

/** Whether a file of this purpose may be where its row says. */
export function isPlaced(file: Placed): boolean {
  const [kind, place] = whereOf(file);
  return (
    ownKinds.includes(kind) &&
    (place === undefined ? file.object.startsWith(FILES) : place === placeOf(file.purpose))
  );
}

/** Where a file lies, by its row. Null where that is not configured, or where no file of this purpose may be. */
export function storeOfFile(env: Env, file: Placed): Store | null {
  const [kind, place] = whereOf(file);
  return isPlaced(file) ? storeAt(env, place ?? "recordings", kind) : null;
}

/** A row of `request_files`. */
export interface NewFile {
  id: string;
  request: string;
  purpose: FilePurpose;
  store: FileStore;
  object: string;
  name: string;
  type: string;
  bytes: number;
  erase_after: string | null;
  by: string;
  at: string;
}
/** Days until a copy is erased. */
const COPY_DAYS = 30;
export const copyEnds = ({ today }: Pick<Moment, "today">): string => daysLater(today, COPY_DAYS);

/** The row of a requester's copy, or of a part of one. */
export function newCopy(
  request: string,
  own: Pick<NewFile, "store" | "bytes" | "by">,
  moment: Pick<Moment, "today" | "at">,
): NewFile {
  const id = crypto.randomUUID();
  return {
    ...{ id, request, purpose: "export", object: objectOf(request, id), name: "", type: "application/zip" },
    ...{ ...own, erase_after: copyEnds(moment), at: moment.at },
  };
}

/**
 * Inserts the row before the file is stored, so that a failed upload is cleaned up the next day. Until `fileCame` nobody
 * sees the file.
 */
export async function fileComes(env: Env, file: NewFile, today: string): Promise<void> {
  const { id, request, purpose, by } = file;
  await record(env, {
    actor: by,
    event: { code: "request.file-coming", subject: request, payload: { file: id, purpose } },
    statements: [insertBound(namesBound, [{ ...file, bytes: COMING, erase_after: daysLater(today, 1) }])],
  });
}
/** What a store was given: its hash, and its version there. */
export interface StoredAs {
  sha256: string | null;
  etag: string | null;
}
/** Stores a file, whose hash is taken on its way. */
export async function putFile(
  store: OwnStore,
  file: NewFile,
  sent: ReadableStream<Uint8Array>,
): Promise<StoredAs> {
  const { object, bytes: size, type } = file;
  const { through, hash } = hashing();
  const stream = sent.pipeThrough(through).pipeThrough(new FixedLengthStream(size));
  await storeProblem(store.put(object, stream, { size, type, sha256: null }));
  const head = await storeProblem(store.head(object));
  if (head?.size !== size) throw new Problem("store-failed", file.store);
  return { sha256: await hash(), etag: head.etag };
}

/** The statement that makes a stored file visible, and binds it. */
export function fileCame(file: NewFile, as: StoredAs, at: string): Statement {
  const { kept, event } = bind(filesBound, { ...file, ...as, came_at: at });
  return {
    ...sql(
      `UPDATE request_files SET bytes = ?, erase_after = ?, sha256 = ?, etag = ?, came_at = ?, salt_high = CAST(? AS INTEGER),
         salt_low = CAST(? AS INTEGER), code = CAST(? AS INTEGER) WHERE id = ?`,
      ...[file.bytes, file.erase_after, as.sha256, as.etag, at, ...kept, file.id],
    ),
    binds: [event],
  };
}

/** The statement by which proofs of identity are erased, policy's days after identity was verified. */
export const eraseProofs = (request: string, today: string, policy: Policy): Statement =>
  sql(
    `UPDATE request_files SET erase_after = ? WHERE request = ? AND purpose = 'proof' AND erased_at IS NULL`,
    ...[daysLater(today, policy.requests.proofKeptDays), request],
  );

/** The statement that ends copies today: what would be shared has changed. */
export const endCopies = (request: string, today: string): Statement =>
  sql(
    `UPDATE request_files SET erase_after = MIN(erase_after, ?)
     WHERE request = ? AND purpose = 'export' AND erased_at IS NULL`,
    ...[today, request],
  );
