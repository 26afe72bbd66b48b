import { OpenAPIHono } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { except } from "hono/combine";
import { cors } from "hono/cors";
import type { Context } from "hono";
import { MAX_SCAN } from "../shared/requests-files.ts";
import { archives } from "./archive.ts";
import { Ledger } from "./audit.ts";
import { callAgents } from "./calls-agents.ts";
import { callImport } from "./calls-import.ts";
import { calls } from "./calls.ts";
import { check } from "./check.ts";
import { connectorActions } from "./connectors-actions.ts";
import { type Slice, slices } from "./connectors-run.ts";
import { connectors } from "./connectors.ts";
import { consentsBulk } from "./consents-bulk.ts";
import { consents } from "./consents.ts";
import { dials } from "./dials.ts";
import { document } from "./document.ts";
import type { App, Env } from "./env.ts";
import { onError, onNotFound, Problem } from "./errors.ts";
import { figures } from "./figures.ts";
import { heads } from "./heads.ts";
import { health } from "./health.ts";
import { isFile, isTable } from "./idempotency.ts";
import { join } from "./join.ts";
import { changes } from "./list-changes.ts";
import { listNumbers } from "./list-numbers.ts";
import { listParts } from "./list-parts.ts";
import { listRegisters } from "./list-registers.ts";
import { listSync } from "./list-sync.ts";
import { lists } from "./lists.ts";
import { lookups } from "./lookups.ts";
import { mails } from "./mail.ts";
import { docs } from "./pages/docs.tsx";
import { policyPage } from "./pages/policy.tsx";
import { requestPage } from "./pages/request.tsx";
import { statusPage } from "./pages/request-status.tsx";
import { people } from "./people.ts";
import { policy } from "./policy.ts";
import { proofs } from "./proof.ts";
import { recordingAudio } from "./recordings-audio.ts";
import { recordingHolds } from "./recordings-holds.ts";
import { recordingHooks } from "./recordings-hooks.ts";
import { recordingImport } from "./recordings-import.ts";
import { recordingProof } from "./recordings-proof.ts";
import { recordingRetention } from "./recordings-retention.ts";
import { recordings } from "./recordings.ts";
import { requestDecide } from "./requests-decide.ts";
import { requestExport } from "./requests-export.ts";
import { requestFiles } from "./requests-files.ts";
import { requestIdentity } from "./requests-identity.ts";
import { requestIntake } from "./requests-intake.ts";
import { requestLetters } from "./requests-letters.ts";
import { requestTemplates } from "./requests-templates.ts";
import { requestMatch } from "./requests-match.ts";
import { requestObjections } from "./requests-objections.ts";
import { requests } from "./requests.ts";
import { rollback } from "./rollback.ts";
import { screenings } from "./screenings.ts";
import { sso } from "./sso.ts";
import { scheduled } from "./scheduled.ts";
import { suppressionsBulk } from "./suppressions-bulk.ts";
import { suppressions } from "./suppressions.ts";
import { tokens } from "./tokens.ts";
import { trail } from "./trail.ts";
import { uploads } from "./uploads.ts";
import { verification } from "./verify.ts";
import { watchRoom } from "./watch-turned.ts";
import { watching } from "./watch.ts";
import { webhooks } from "./webhooks.ts";

const MB = 1_000_000;
const tooLarge = () => {
  throw new Problem("body-too-large");
};
export const app = new OpenAPIHono<App>();

app.use(
  "/v1/*",
  cors({
    origin: (origin, c: Context<App>) => (origin === c.env.EXTENSION_ORIGIN ? origin : null),
    allowMethods: ["GET", "POST", "PUT", "PATCH", "DELETE"],
    allowHeaders: ["Authorization", "Content-Type", "If-Match", "Idempotency-Key", "Range"],
    exposeHeaders: ["ETag", "Retry-After", "Content-Range", "Accept-Ranges", "Screening-Id"],
    maxAge: 86_400,
  }),
);
app.use("/v1/*", async (c, next) => {
  await next();
  c.header("Cache-Control", "no-store");
});
app.use("/v1/*", watching);
const PARTS = "/v1/lists/:id/uploads/:ver/parts/:part";
const FILES = "/v1/requests/:id/files";
app.use(PARTS, bodyLimit({ maxSize: 1.8 * MB, onError: tooLarge }));
app.use(FILES, bodyLimit({ maxSize: MAX_SCAN, onError: tooLarge }));
/** Audio counts for itself, and a table is as large as it likes: both are streamed. */
const isStreamed = ({ req }: Context) => {
  const type = req.header("content-type");
  return /^\/v1\/recordings\/[^/]+\/audio$/.test(req.path)
    ? isFile(type)
    : req.path === "/v1/screenings" && isTable(type);
};
app.use("/v1/*", except([PARTS, FILES, isStreamed], bodyLimit({ maxSize: MB, onError: tooLarge })));

for (const room of [
  health,
  join,
  people,
  tokens,
  sso,
  check,
  lists,
  changes,
  uploads,
  listParts,
  listNumbers,
  listRegisters,
  listSync,
  lookups,
  rollback,
  suppressions,
  suppressionsBulk,
  consents,
  consentsBulk,
  dials,
  callImport,
  callAgents,
  calls,
  recordingHolds,
  recordingProof,
  recordingImport,
  recordingRetention,
  recordings,
  recordingAudio,
  recordingHooks,
  requestIntake,
  requestObjections,
  requestLetters,
  requestTemplates,
  requests,
  requestIdentity,
  requestFiles,
  requestMatch,
  requestDecide,
  requestExport,
  screenings,
  connectors,
  connectorActions,
  policy,
  trail,
  verification,
  archives,
  heads,
  mails,
  figures,
  proofs,
  watchRoom,
  webhooks,
])
  app.route("/", room);

app.openAPIRegistry.registerComponent("securitySchemes", "bearer", { type: "http", scheme: "bearer" });
app.doc31("/openapi.json", document);
app.route("/", docs);
app.route("/", policyPage);
app.route("/", requestPage);
app.route("/", statusPage);
app.onError(onError);
app.notFound(onNotFound);

export default { fetch: app.fetch, scheduled, queue: slices } satisfies ExportedHandler<Env, Slice>;

export { Ledger };
