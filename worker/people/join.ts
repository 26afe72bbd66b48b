/** Joining: invites, and turning an invite into a token. */
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import {
  inviteAnswer,
  inviteRequest,
  type InvitesAnswer,
  invitesAnswer,
  joinRequest,
  type Person,
  tokenAnswer,
} from "../../shared/people/api.ts";
import { retryOnConflict } from "../core/bulk.ts";
import { commit, logRead } from "../core/commit.ts";
import { sql } from "../core/sql.ts";
import { newSecret } from "../core/auth.ts";
import { Problem } from "../core/errors.ts";
import { mail, mailVia, sendSoon } from "../mail/outbox.ts";
import { endHeld, newcomer, putPerson, requireAdmin } from "./access.ts";
import { grant, isBrowser } from "./grants.ts";
import { bindCodes, type Codes, INVITE_HOURS, isBound } from "./invite-bound.ts";
import { endTies, heldBy, insertTies, tiesOf } from "./one.ts";
import { currentPolicy } from "../policy/current.ts";
import { isSetUpDay } from "../policy/propose.ts";
import { isVouched } from "../policy/proposed.ts";
import { body, json, room, route } from "../core/route.ts";
import { sha256Hex } from "../core/hash.ts";
import { insertToken } from "./tokens.ts";
import { HOUR } from "../../shared/core/time.ts";

/** An invite, with the person who has its e-mail address already, if any. */
interface InviteRow extends Codes {
  role: Person["role"];
  /** 1 where this is the code that the mail alone brought. */
  mailed: number;
  expiresAt: string;
  usedAt: string | null;
  person: string | null;
  personSince: string | null;
  personRole: Person["role"] | null;
  /** 1 where they have access at this moment. */
  personActive: number | null;
  setUp: string | null;
}

const noCode = { code: null, link: null };

export const join = room();

join.openapi(
  route({
    method: "post",
    path: "/v1/invites",
    roles: ["admin"],
    summary:
      "Invites a person: a single-use code for a role, valid for 24 hours. A role above agent that they do not have is a proposal until another admin approves it; meanwhile they are an agent. Somebody else who has joined before gets the code by mail alone; without a mail service it works once another admin approves it",
    request: { body: body(inviteRequest) },
    responses: { 201: json(inviteAnswer, "The code and a link, shown once") },
  }),
  async (c) => {
    const { name, email, role: to } = c.req.valid("json");
    const id = crypto.randomUUID();
    const code = newSecret("cdi");
    const now = new Date();
    const known = await c.env.DB.prepare(
      "SELECT id, email, role, active FROM people WHERE email = ? AND kind = 'person'",
    )
      .bind(email)
      .first<{ id: string; email: string; role: Person["role"]; active: number }>();
    // With the code of somebody who is known, whoever holds it becomes them, and could approve their own proposals.
    const theirs = known !== null && known.id !== c.get("actor")!.id;
    // Without a mail service, the code would only lie readable in the outbox. The mail has a code of its own: who comes in by it
    // is nobody who was only shown the other.
    const mailed = (await mailVia(c.env)) !== null;
    const byMail = mailed ? newSecret("cdi") : null;
    const path = `${theirs && !mailed ? "browser" : "invite"}.${id}`;
    const from = known?.active === 1 ? known.role : null;
    const asked = await grant(c, { path, name, email, from, to }, now.getTime());
    const atOnce = asked === "set-up-day";
    const granted = atOnce ? null : asked;
    const waits = granted !== null && isBrowser(path);
    const role = granted?.meanwhile ?? to;
    const proposed = granted?.proposed ?? null;
    const expiresAt = new Date(now.getTime() + INVITE_HOURS * HOUR).toISOString();
    // The code is in the fragment, so that no server or proxy ever logs it.
    const linkOf = (one: string) => `${new URL(c.req.url).origin}/join#code=${one}`;
    const { policy } = await currentPolicy(c.env.DB);
    const letters = (byMail === null ? [] : [byMail]).map((one) =>
      mail({
        template: "invite",
        to: known?.email ?? email,
        values: { name, company: policy.identity.company, link: linkOf(one) },
        key: `invite:${id}`,
        until: expiresAt,
      }),
    );
    const codes: Codes = {
      ...{ id, name, email, by: c.get("actor")!.id, at: now.toISOString() },
      codeHash: sha256Hex(code),
      mailHash: byMail && sha256Hex(byMail),
    };
    const answer = await commit(
      c,
      {
        code: "invite.made",
        subject: id,
        payload: { name, email, role, ...(atOnce && { setUpDay: true }), ...(proposed && { proposed }) },
      },
      [
        bindCodes(
          sql(
            "INSERT INTO invites (id, code_hash, name, email, role, by, created_at, expires_at, mail_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            ...[id, codes.codeHash, name, email, role, codes.by, codes.at],
            // The approval makes it valid.
            waits ? codes.at : expiresAt,
            codes.mailHash,
          ),
          codes,
          role,
        ),
        ...letters,
        ...(granted?.statements ?? []),
      ],
      {
        status: 201,
        body: {
          ...(theirs && mailed ? noCode : { code, link: linkOf(code) }),
          expiresAt,
          mailed,
          waits,
          proposed,
        },
        secret: true,
      },
    );
    sendSoon(c);
    return answer;
  },
);

join.openapi(
  route({
    method: "get",
    path: "/v1/invites",
    roles: ["manager", "compliance", "admin"],
    summary: "People invited within the last 30 days who have not joined, newest first",
    responses: { 200: json(invitesAnswer) },
  }),
  async (c) => {
    await logRead(c, "invites");
    // One for each address. Expired invites of people who have joined are left out: those were for another browser.
    const { results } = await c.env.DB.prepare(
      `SELECT i.id, i.name, i.email, i.role, i.by, b.name AS byName, MAX(i.created_at) AS at, i.expires_at AS expiresAt
       FROM invites i LEFT JOIN people b ON b.id = i.by
       WHERE i.used_at IS NULL AND (i.expires_at > ? OR NOT EXISTS
         (SELECT 1 FROM people p WHERE p.email = i.email COLLATE NOCASE))
       GROUP BY i.email COLLATE NOCASE ORDER BY at DESC`,
    )
      .bind(new Date().toISOString())
      .all<InvitesAnswer["invites"][number]>();
    return c.json({ invites: results }, 200);
  },
);

join.openapi(
  route({
    method: "post",
    path: "/v1/join",
    roles: "public",
    summary: "Turns an invite into a token; a new invite for the same e-mail adds a device",
    request: { body: body(joinRequest) },
    responses: { 201: json(tokenAnswer, "The person and a token, shown once") },
  }),
  async (c) => {
    const { code, device = "" } = c.req.valid("json");
    return retryOnConflict(async () => {
      const invite = await c.env.DB.prepare(
        `SELECT i.id, i.code_hash AS codeHash, i.mail_hash AS mailHash, i.name, i.email, i.role, i.by, i.mail_hash IS ?1 AS mailed, i.expires_at AS expiresAt,
           i.used_at AS usedAt, i.created_at AS at, p.id AS person, p.created_at AS personSince, p.role AS personRole, p.active AS personActive,
           (SELECT value FROM marks WHERE name = 'setup') AS setUp
         FROM invites i LEFT JOIN people p ON p.email = i.email AND p.kind = 'person'
         WHERE i.code_hash = ?1 OR i.mail_hash = ?1`,
      )
        .bind(sha256Hex(code.trim()))
        .first<InviteRow>();
      if (!invite) throw new Problem("invite-unknown");
      if (invite.usedAt !== null) throw new Problem("invite-used");
      const at = new Date().toISOString();
      // One from before its person came was shown to whoever made it.
      const before = invite.personSince !== null && invite.at < invite.personSince;
      if (before || at >= invite.expiresAt) throw new Problem("invite-expired", details.askForInvite);
      // Somebody else than the Worker wrote it.
      if (!(await isBound(c.env, invite, invite.role, Date.now()))) throw new Problem("invite-unknown");
      const id = invite.person ?? crypto.randomUUID();
      const token = { id: crypto.randomUUID(), secret: newSecret("cdt") };
      const { name, email, role, by } = invite;
      const mailed = invite.mailed === 1;
      // On the day of set-up the first administrator says who is there, but not that they are somebody who came before.
      const named = invite.person === null && isSetUpDay(invite.setUp, Date.parse(invite.at));
      // Whose access was ended may have left their mailbox to somebody else.
      const known = invite.personActive === 1;
      const ties = named
        ? []
        : await tiesOf(c.env.DB, id, {
            ...{ by, at: invite.at, mailed, known },
            vouched: await isVouched(c.env, invite.id),
          });
      const person = newcomer(at, { id, name, email, role, createdAt: invite.personSince ?? at });
      return commit(
        c,
        {
          code: "person.joined",
          subject: id,
          payload: { name, email, role, device, ...(ties.length > 0 && { heldBy: ties }) },
        },
        [
          // First: of two uses at once, a trigger refuses the second (invite_used). If the invite was expired since it was
          // read, code_hash becomes NULL, which the table refuses.
          sql(
            "UPDATE invites SET used_at = ?, code_hash = IIF(expires_at = ?, code_hash, NULL) WHERE id = ?",
            at,
            invite.expiresAt,
            invite.id,
          ),
          // The invite proves whose address it is now: clear the provider's account, so that the next sign-in binds it
          // again.
          await putPerson(c.env.DB, person, at),
          ...(mailed
            ? [...(await endHeld(c.env.DB, id, at)), ...(await endTies(c.env.DB, id, "mail", at))]
            : []),
          await insertToken(c.env, { ...token, person: id, device, at }),
          ...insertTies(id, ties, at),
          ...heldBy(token.id, ties, at),
          ...(invite.personRole === "admin" ? [requireAdmin(at)] : []),
        ],
        { status: 201, body: { token: token.secret, person }, secret: true },
      );
    });
  },
);
