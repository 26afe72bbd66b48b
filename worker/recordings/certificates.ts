/** Certificates of erasure: each commits to the register's entry as it was before, and holds no personal data but what an officer's reason may say. */
import { type Certificate, certificatesAnswer, certificatesQuery } from "../../shared/recordings/api.ts";
import { commitmentOf } from "../../shared/trail/chain.ts";
import { insertBound } from "../core/bound.ts";
import { newSalt } from "../core/change.ts";
import { json, room, route } from "../core/route.ts";
import { certificatesBound } from "./bound.ts";
import type { Registered } from "./rows.ts";

/**
 * The statement that writes a certificate, and what its audit row must hold: `commitment` is SHA-256 over the salt and the
 * entry as JSON. The salt is kept only in that audit row's payload: once this is erased, no one can test guesses of the
 * number against the commitment.
 */
export function certificateOf(
  entry: Registered,
  at: string,
  was: Certificate["was"],
  /** What it says: of a requester's erasure no officer's words. */
  why = entry.why,
) {
  const salt = newSalt();
  const commitment = commitmentOf(salt, JSON.stringify(entry));
  const { id, provider, store, region, eraseAfter, rule, months } = entry;
  return {
    salt,
    commitment,
    statement: insertBound(certificatesBound, [
      {
        ...{ recording: id, provider, store, region, erase_after: eraseAfter },
        ...{ rule, months, why, erased_at: at, commitment, was },
      },
    ]),
  };
}

export const recordingCertificates = room();

recordingCertificates.openapi(
  route({
    method: "get",
    path: "/v1/recordings/certificates",
    roles: ["manager", "compliance", "admin"],
    summary: "Certificates of erasure, newest first; they hold no personal data",
    request: { query: certificatesQuery },
    responses: { 200: json(certificatesAnswer) },
  }),
  async (c) => {
    const { recording = null, after, limit } = c.req.valid("query");
    const [at = "9999", id = ""] = after?.split("|") ?? [];
    const { results } = await c.env.DB.prepare(
      `SELECT recording, provider, store AS storage, region, erase_after AS eraseAfter, rule, months, why,
         erased_at AS erasedAt, commitment, was
       FROM certificates WHERE (erased_at, recording) < (?1, ?2) AND ${recording === null ? "?3 IS NULL" : "recording = ?3"}
       ORDER BY erased_at DESC, recording DESC LIMIT ?4`,
    )
      .bind(at, id, recording, limit)
      .all<Certificate>();
    const last = results[limit - 1];
    return c.json({ certificates: results, next: last ? `${last.erasedAt}|${last.recording}` : null }, 200);
  },
);
