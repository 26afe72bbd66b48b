/**
 * Small changes to a register: some numbers added and removed as a new version, by the same rules as a push of a file.
 */
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import * as z from "zod";
import { registerChangesAnswer, registerChangesRequest } from "../../shared/registers/api.ts";
import {
  addBlock,
  blockDigest,
  blockOf,
  difference,
  numberOf,
  offsetOf,
  pack,
  unpack,
} from "../../shared/registers/blocks.ts";
import { addContent, addUndo, emptyContent } from "../../shared/registers/content.ts";
import { lineReading } from "../../shared/dials/line.ts";
import { isLawRegister } from "../../shared/law/law.ts";
import { asks } from "../check/budget.ts";
import { changed, commit } from "../core/commit.ts";
import { inChunks, sql, type Statement } from "../core/sql.ts";
import { Problem } from "../core/errors.ts";
import { body, json, room, route } from "../core/route.ts";
import { blockId, undoId } from "./block-ids.ts";
import { wantHeadAsSaid } from "./as-said.ts";
import { contentAt } from "./content.ts";
import { registerHead, writtenAsIn } from "./heads.ts";
import { tellFreed } from "./told.ts";
import { sendSoon } from "../mail/outbox.ts";
import {
  closeVersion,
  currentBlocks,
  identifies,
  loggingRefusal,
  nextVersion,
  type Opened,
  openVersion,
  refuseShrink,
  sumsOf,
  wantAsOf,
} from "./versions.ts";

export const registerChanges = room();

registerChanges.openapi(
  route({
    method: "post",
    path: "/v1/lists/{id}/changes",
    roles: ["admin"],
    asks: asks.changed,
    summary: "Adds and removes some numbers as a new version; on an empty list it makes the first",
    request: { params: z.object({ id: z.string().max(40) }), body: body(registerChangesRequest) },
    responses: { 200: json(registerChangesAnswer) },
  }),
  async (c) => {
    const { add, remove, asOf, allowShrink, attestSameFile } = c.req.valid("json");
    const db = c.env.DB;
    const head = await registerHead(db, c.req.valid("param").id);
    wantAsOf(asOf, head);
    await wantHeadAsSaid(c.env, head);
    const wanted = readChanges(add, remove, writtenAsIn(head));
    return loggingRefusal(c, head.id, async () => {
      const current = await currentBlocks(db, head.num, [...wanted.keys()]);

      const sums = sumsOf(head);
      const content = await contentAt(db, head.num, head.version);
      const rows: [number, number, number, string][] = [];
      const undo: [number, string][] = [];
      let added = 0;
      let removed = 0;
      for (const [block, { adds, removes }] of wanted) {
        const data = current.get(block) ?? "";
        const before = unpack(data);
        const set = new Set(before);
        for (const offset of removes) if (set.delete(offset)) removed++;
        for (const offset of adds)
          if (!set.has(offset)) {
            set.add(offset);
            added++;
          }
        const after = Uint16Array.from(set).sort();
        const undone = difference(after, before);
        if (undone.length === 0) continue;
        const packed = pack(after);
        const digest = blockDigest(block, packed);
        if (before.length > 0) addBlock(sums, before.length, blockDigest(block, data), -1);
        addBlock(sums, after.length, digest);
        rows.push([block, after.length, digest, packed]);
        undo.push([block, pack(undone)]);
        if (content) {
          addContent(content, block, data, -1);
          addContent(content, block, packed);
        }
      }

      // An empty change would make an old copy look fresh, or a register without a file look loaded.
      const isLater = head.asOf === null || asOf > head.asOf;
      const same = added + removed === 0 && isLater;
      if (same && !(attestSameFile && head.version > 0)) throw new Problem("same-file");
      const lost = await refuseShrink(db, head, removed, allowShrink);
      const byHand = head.version > 0 && isLawRegister(head.id) && (removed > 0 || isLater);
      const stage = lost !== null ? "lost" : same ? "attested" : byHand ? "by-hand" : null;

      const ver = await nextVersion(db, head.num);
      const undone = emptyContent();
      const kept = head.version === 0 ? [] : undo;
      for (const [block, data] of kept) addUndo(undone, block, ver, data);
      const opened: Opened = {
        ...{ ver, parent: head.version, kind: "whole", asOf, sha256: null, by: c.get("actor")!.id },
        source: `changes: ${add.length} to add, ${remove.length} to remove`,
        at: new Date().toISOString(),
      };
      const closing = { sums, added, removed, contents: content && { content, undone } };
      const answer = await commit(
        c,
        { code: "list.changed", subject: `${head.id}/${ver}`, payload: identifies(opened, closing) },
        [
          openVersion(head.num, opened),
          ...writeBlocks(head.num, rows),
          ...writeUndo(head.num, ver, kept),
          ...closeVersion(head, opened, closing),
          changed("list", head.id),
          ...(stage === null
            ? []
            : await tellFreed(c, head, { stage, version: ver, asOf, n: lost ?? removed })),
        ],
        {
          status: 200,
          body: { version: ver, added, removed, ignored: add.length + remove.length - added - removed },
        },
      );
      sendSoon(c);
      return answer;
    });
  },
);

/** Written numbers by block. Throws `invalid` for numbers that cannot be read, or are to be both added and removed. */
function readChanges(add: string[], remove: string[], region: string) {
  const wanted = new Map<number, { adds: Set<number>; removes: Set<number> }>();
  const errors: { path: string; message: string }[] = [];
  const take = (name: "add" | "remove", written: string[]) => {
    written.forEach((text, i) => {
      const e164 = lineReading(text, region).e164;
      if (e164 === null) {
        errors.push({
          path: `${name}.${i}`,
          message: details.notOfRegion,
        });
        return;
      }
      const n = numberOf(e164);
      const at = wanted.get(blockOf(n)) ?? { adds: new Set(), removes: new Set() };
      wanted.set(blockOf(n), at);
      if (name === "remove" && at.adds.has(offsetOf(n)))
        errors.push({ path: `remove.${i}`, message: details.addedToo });
      (name === "add" ? at.adds : at.removes).add(offsetOf(n));
    });
  };
  take("add", add);
  take("remove", remove);
  if (errors.length > 0) throw new Problem("invalid", undefined, errors.slice(0, 50));
  return wanted;
}

const writeBlocks = (list: number, rows: [number, number, number, string][]): Statement[] => [
  ...inChunks(
    rows.filter(([, n]) => n > 0),
    (json) =>
      sql(
        `INSERT OR REPLACE INTO blocks (id, n, digest, data)
         SELECT ${blockId("value ->> 0", "?2")}, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?1)`,
        json,
        list,
      ),
  ),
  ...inChunks(
    rows.filter(([, n]) => n === 0).map(([block]) => block),
    (json) =>
      sql(`DELETE FROM blocks WHERE id IN (SELECT ${blockId("value", "?2")} FROM json_each(?1))`, json, list),
  ),
];

const writeUndo = (list: number, ver: number, rows: [number, string][]): Statement[] =>
  inChunks(rows, (json) =>
    sql(
      `INSERT INTO block_undo (id, data)
       SELECT ${undoId("value ->> 0", "?2", "?3")}, value ->> 1 FROM json_each(?1)`,
      json,
      list,
      ver,
    ),
  );
