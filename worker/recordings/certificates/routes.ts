/** Certificates of erasure as people and the API read them. */
import { certificatesAnswer, certificatesQuery } from "../../../shared/recordings/api.ts";
import { json, room, route } from "../../core/route.ts";
import { certificateIn, certificatesBefore } from "./read.ts";

export const recordingCertificates = room();

recordingCertificates.openapi(
  route({
    method: "get",
    path: "/v1/recordings/certificates",
    roles: ["manager", "compliance", "admin"],
    summary:
      "Certificates of erasure, newest first; they hold no personal data. A page that reads closed months may be short: go on with next",
    request: { query: certificatesQuery },
    responses: { 200: json(certificatesAnswer) },
  }),
  async (c) => {
    const { recording, after, limit } = c.req.valid("query");
    const [at = "9999-12-31T23:59:59.999Z", id = ""] = after?.split("|") ?? [];
    if (recording === undefined) return c.json(await certificatesBefore(c.env, [at, id], limit), 200);
    const its = await certificateIn(c.env, recording);
    return c.json({ certificates: its ? [its] : [], next: null }, 200);
  },
);
