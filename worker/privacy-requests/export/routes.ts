/**
 * The requester's copy: a zip with their recordings, the files that they sent, all data as pages and as JSON, what each field
 * means, and the information of UK GDPR article 15(1). It streams from the stores into the company's own; of the data, some
 * rows at a time are in memory, and their text compressed (spool.ts). Other people's data is left out: who of the staff it
 * was, other numbers and addresses, and what an officer silenced.
 */
import { requestStep } from "../../../shared/privacy-requests/api.ts";
import { requestIdParam as idParam } from "../../../shared/privacy-requests/api-steps.ts";
import { daysLater } from "../../../shared/core/calendar.ts";
import { json, room, route } from "../../core/route.ts";
import { disclosed } from "../../policy/disclosed.ts";
import {
  endCopies,
  fileCame,
  fileComes,
  type NewFile,
  objectOf,
  putFile,
  wantFileStore,
} from "../files/store.ts";
import { takeStep } from "../take-step.ts";
import { zipOf } from "./zip.ts";

/** Days until the copy is erased. */
const COPY_DAYS = 30;

export const requestExport = room();

requestExport.openapi(
  route({
    method: "post",
    path: "/v1/requests/{id}/export",
    roles: ["compliance", "admin"],
    summary:
      "Makes the requester's copy, which their page offers for 30 days. A recording that is silenced in part must be a WAV or an MP3",
    request: { params: idParam },
    responses: { 200: json(requestStep) },
  }),
  async (c) => {
    let undo = (): Promise<unknown> => Promise.resolve();
    return takeStep(c, c.req.valid("param").id, "export", async (row, moment) => {
      const { kind, store } = wantFileStore(c.env, moment.policy, "export");
      const id = crypto.randomUUID();
      const object = objectOf(row.id, id);
      const { stream, size, unread, silenced } = await zipOf(c.env, row, moment);
      const type = "application/zip";
      const copy: NewFile = {
        ...{ id, request: row.id, purpose: "export", store: kind, object, name: "", type, bytes: size },
        ...{ erase_after: daysLater(moment.today, COPY_DAYS), by: c.get("actor")!.id, at: moment.at },
      };
      await fileComes(c.env, copy, moment.today);
      undo = () => store.erase(object);
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
        },
      };
    }).catch(async (error: unknown) => {
      await undo().catch(() => null);
      throw error;
    });
  },
);
