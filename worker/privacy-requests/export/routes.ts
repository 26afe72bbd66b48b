/**
 * The requester's copy: a zip with their recordings, the files that they sent, all data as pages and as JSON, what each field
 * means, and the information of UK GDPR article 15(1). It streams from the stores into the company's own; of the data, some
 * rows at a time are in memory, and their text compressed (spool.ts). Other people's data is left out: who of the staff it
 * was, other numbers and addresses, and what an officer silenced.
 */
import type { Context } from "hono";
import { copyAsked, requestStep } from "../../../shared/privacy-requests/api.ts";
import { requestIdParam as idParam } from "../../../shared/privacy-requests/api-steps.ts";
import { asks } from "../../check/budget.ts";
import { json, room, route } from "../../core/route.ts";
import type { App } from "../../env.ts";
import { disclosed } from "../../policy/disclosed.ts";
import { endCopies, fileCame, fileComes, newCopy, putFile, wantFileStore } from "../files/store.ts";
import { momentOf, wantRequest } from "../rows.ts";
import { takeStep, wantStep } from "../take-step.ts";
import { askParts } from "../files/parts/asking.ts";
import { inParts } from "../files/parts/plan.ts";
import { grantedOf, plannedOf } from "./recordings.ts";
import { zipOf } from "./zip.ts";

export const requestExport = room();

requestExport.openapi(
  route({
    method: "post",
    path: "/v1/requests/{id}/export",
    roles: ["compliance", "admin"],
    asks: asks.request,
    summary:
      "Makes the requester's copy, which their page offers for 30 days. A recording that is silenced in part must be a WAV or an MP3. " +
      "One whose audio is missing, erased or in quarantine is named in `errors`; a note with `without` leaves it out. " +
      "Of more than 400 recordings (or 4 GB) several files are made, by and by, and offered together once all are there: that answers 202; " +
      "asked meanwhile, those that failed are made once more",
    request: { params: idParam },
    responses: { 200: json(requestStep), 202: json(copyAsked) },
  }),
  async (c) => {
    const { id } = c.req.valid("param");
    const moment = await momentOf(c.env.DB, Date.now());
    const row = await wantRequest(c.env.DB, id, moment);
    wantStep(row, "export", "officer", moment);
    const items = await grantedOf(c.env.DB, id);
    const parts = inParts(await plannedOf(c.env.DB, items), Boolean(c.env.COPYING));
    return parts.length > 1 ? askParts(c, row, moment, parts) : copyAtOnce(c, id);
  },
);

/** A copy in one file. */
function copyAtOnce(c: Context<App>, id: string) {
  let undo = (): Promise<unknown> => Promise.resolve();
  return takeStep(c, id, "export", async (row, moment) => {
    const { kind, store } = wantFileStore(c.env, moment.policy, "export");
    const items = await grantedOf(c.env.DB, row.id);
    const { stream, size, unread, silenced, lost } = await zipOf(c.env, row, moment, items);
    const copy = newCopy(row.id, { store: kind, bytes: size, by: c.get("actor")!.id }, moment);
    await fileComes(c.env, copy, moment.today);
    undo = () => store.erase(copy.object);
    const stored = await putFile(store, copy, stream);
    return {
      statements: [
        endCopies(row.id, moment.today),
        fileCame(copy, stored, new Date().toISOString()),
        disclosed("export", "", "copy", 1, moment.now),
      ],
      // The page shows officers what they must still find and send.
      detail: {
        bytes: size,
        ...(unread.length === 0 ? {} : { unread }),
        // The letter says it, too.
        ...(silenced.recordings === 0 ? {} : { silenced }),
        ...(lost.length === 0 ? {} : { lost }),
      },
    };
  }).catch(async (error: unknown) => {
    await undo().catch(() => null);
    throw error;
  });
}
