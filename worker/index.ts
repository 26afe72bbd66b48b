import { OpenAPIHono } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { except } from "hono/combine";
import { cors } from "hono/cors";
import type { Context } from "hono";
import { MAX_SCAN } from "../shared/privacy-requests/files.ts";
import { archives } from "./trail/archive.ts";
import { Ledger } from "./core/ledger.ts";
import { callAgents } from "./call-logs/agents.ts";
import { callImport } from "./call-logs/import.ts";
import { calls } from "./call-logs/routes.ts";
import { callsNotSeen } from "./call-logs/unseen.ts";
import { changesFeed } from "./check/changes-feed.ts";
import { explain } from "./check/explain.ts";
import { histories } from "./check/history.ts";
import { find } from "./check/find.ts";
import { canary } from "./dials/canary/routes.ts";
import { check } from "./check/routes.ts";
import { connectorActions } from "./connectors/actions.ts";
import { callable } from "./connectors/callable.ts";
import type { Slice } from "./connectors/message.ts";
import type { Work } from "./core/queue.ts";
import { connectors } from "./connectors/routes.ts";
import { connectorSignInPage, connectorSignIns } from "./connectors/sign-in/routes.tsx";
import { callBacks } from "./do-not-call/call-backs.ts";
import { consentsBulk } from "./do-not-call/consents-bulk.ts";
import { consents } from "./do-not-call/consents.ts";
import { monthsOfDials } from "./dials/closed/month.ts";
import { monthsOfCalls } from "./call-logs/month.ts";
import { monthsOfRecordings } from "./recordings/closed/month.ts";
import { closedBack } from "./jobs/reopen.ts";
import { dialsFound } from "./dials/find.ts";
import { gate } from "./dials/gate-routes.ts";
import { browserGate } from "./dials/browser/page.tsx";
import { dials } from "./dials/routes.ts";
import { document } from "./api/document.ts";
import type { App, Env } from "./env.ts";
import { onError, Problem } from "./core/errors.ts";
import { announced } from "./overview/announced.ts";
import { figures } from "./overview/routes.ts";
import { reports } from "./overview/reports/routes.ts";
import { heads } from "./trail/heads.ts";
import { health } from "./api/routes.ts";
import { isFile, isTable } from "./core/idempotency.ts";
import { joinPage } from "./people/join-page.tsx";
import { join } from "./people/join.ts";
import { setup } from "./people/setup.ts";
import { declarations } from "./registers/declare.ts";
import { listings } from "./registers/listing.ts";
import { registerChanges } from "./registers/changes.ts";
import { registers } from "./registers/routes.ts";
import { syncAlerts } from "./registers/sync-alerts.ts";
import { uploadParts } from "./registers/parts.ts";
import { lookups } from "./lookups/routes.ts";
import { mails } from "./mail/routes.ts";
import { docs } from "./api/docs-page.tsx";
import { homePage, notFound } from "./policy/home.tsx";
import { policyPage } from "./policy/page.tsx";
import { requestForm } from "./privacy-requests/pages/form.tsx";
import { ownPage } from "./privacy-requests/pages/own-page.tsx";
import { statusPage } from "./privacy-requests/pages/status.tsx";
import { people } from "./people/routes.ts";
import { previews } from "./policy/preview.ts";
import { policy } from "./policy/routes.ts";
import { disclosures } from "./policy/disclosures.ts";
import { proposals } from "./policy/proposals.ts";
import { recipients } from "./jobs/recipients.ts";
import { proofs } from "./proof/routes.ts";
import { twilioGate } from "./providers/twilio/gate.ts";
import { statements } from "./proof/statement.ts";
import { recordingAudio } from "./recordings/audio.ts";
import { recordingHolds } from "./recordings/holds.ts";
import { providerReports } from "./recordings/provider-reports.ts";
import { recordingLooks } from "./recordings/looks.ts";
import { recordingImport } from "./recordings/import.ts";
import { recordingArrival } from "./recordings/arrival.ts";
import { recordingCertificates } from "./recordings/certificates/routes.ts";
import { recordingErasure } from "./recordings/erasure-routes.ts";
import { recordingRetention } from "./recordings/retention.ts";
import { recordings } from "./recordings/routes.ts";
import { requestDecide } from "./privacy-requests/decide.ts";
import { requestExport } from "./privacy-requests/export/routes.ts";
import { requestFiles } from "./privacy-requests/files/routes.ts";
import { requestIdentity } from "./privacy-requests/identity.ts";
import { requestIntake } from "./privacy-requests/intake.ts";
import { requestLetters } from "./privacy-requests/letters/routes.ts";
import { requestTemplates } from "./privacy-requests/letters/templates.ts";
import { requestSearch } from "./privacy-requests/search.ts";
import { requestSteps } from "./privacy-requests/common-steps.ts";
import { systemTaskRoutes } from "./privacy-requests/systems/tasks.ts";
import { requestSystems } from "./privacy-requests/systems/routes.ts";
import { requestObjections } from "./privacy-requests/objections.ts";
import { requests } from "./privacy-requests/routes.ts";
import { rollback } from "./registers/rollback.ts";
import { screenings } from "./screening/routes.ts";
import { sso } from "./people/sso.ts";
import { consume } from "./jobs/queues.ts";
import { scheduled } from "./jobs/scheduled.ts";
import { work } from "./jobs/routes.ts";
import { partiesBulk } from "./do-not-call/parties-bulk.ts";
import { parties } from "./do-not-call/parties.ts";
import { consentReviews } from "./do-not-call/review.ts";
import { scopes } from "./do-not-call/scope.ts";
import { suppressionsBulk } from "./do-not-call/suppressions-bulk.ts";
import { suppressions } from "./do-not-call/suppressions.ts";
import { undone } from "./do-not-call/undo.ts";
import { tokens } from "./people/tokens.ts";
import { trail } from "./trail/routes.ts";
import { uploads } from "./registers/upload.ts";
import { vouch } from "./trail/coded.ts";
import { deepVerification } from "./trail/deep.ts";
import { restored } from "./trail/end.ts";
import { returned } from "./trail/returned.ts";
import { verification } from "./trail/verify.ts";
import { statusChanges } from "./watching/routes.ts";
import { watching } from "./watching/watch.ts";
import { webhooks } from "./webhooks/routes.ts";

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
app.use("/v1/*", async (c, next) => {
  c.set("vouch", vouch);
  await next();
});
app.use("/v1/*", watching);
const PARTS = "/v1/lists/:id/uploads/:ver/parts/:part";
const FILES = "/v1/requests/:id/files";
app.use(PARTS, bodyLimit({ maxSize: 1.8 * MB, onError: tooLarge }));
app.use(FILES, bodyLimit({ maxSize: MAX_SCAN, onError: tooLarge }));
/** Audio and tables are streamed: audio has a limit of its own (recordings/audio.ts), a table has none. */
const isStreamed = ({ req }: Context) => {
  const type = req.header("content-type");
  return /^\/v1\/recordings\/[^/]+\/audio$/.test(req.path)
    ? isFile(type)
    : req.path === "/v1/screenings" && isTable(type);
};
app.use("/v1/*", except([PARTS, FILES, isStreamed], bodyLimit({ maxSize: MB, onError: tooLarge })));

for (const room of [
  health,
  setup,
  join,
  people,
  tokens,
  sso,
  check,
  explain,
  histories,
  find,
  changesFeed,
  registers,
  registerChanges,
  uploads,
  uploadParts,
  listings,
  declarations,
  syncAlerts,
  lookups,
  rollback,
  suppressions,
  undone,
  suppressionsBulk,
  consents,
  consentsBulk,
  consentReviews,
  scopes,
  callBacks,
  parties,
  partiesBulk,
  dials,
  dialsFound,
  closedBack,
  monthsOfDials,
  monthsOfCalls,
  monthsOfRecordings,
  gate,
  twilioGate,
  canary,
  callImport,
  callAgents,
  calls,
  callsNotSeen,
  reports,
  announced,
  recordingHolds,
  recordingErasure,
  recordingCertificates,
  recordingImport,
  recordingLooks,
  recordingRetention,
  recordingArrival,
  recordings,
  recordingAudio,
  providerReports,
  requestIntake,
  requestObjections,
  requestLetters,
  requestTemplates,
  requests,
  requestSteps,
  requestSystems,
  systemTaskRoutes,
  requestIdentity,
  requestFiles,
  requestSearch,
  requestDecide,
  requestExport,
  screenings,
  connectors,
  callable,
  connectorActions,
  connectorSignIns,
  policy,
  previews,
  proposals,
  recipients,
  disclosures,
  trail,
  verification,
  deepVerification,
  returned,
  restored,
  archives,
  heads,
  mails,
  work,
  figures,
  proofs,
  statements,
  statusChanges,
  webhooks,
])
  app.route("/", room);

app.openAPIRegistry.registerComponent("securitySchemes", "bearer", { type: "http", scheme: "bearer" });
app.doc31("/openapi.json", document);
app.route("/", docs);
app.route("/", joinPage);
app.route("/", connectorSignInPage);
app.route("/", browserGate);
app.route("/", homePage);
app.route("/", policyPage);
app.route("/", requestForm);
// Before the page of one request, whose address it would be.
app.route("/", statusPage);
app.route("/", ownPage);
app.onError(onError);
app.notFound(notFound);

export default {
  fetch: app.fetch,
  scheduled,
  queue: (batch, env) => consume(batch, env),
} satisfies ExportedHandler<Env, Slice | Work>;

export { Ledger };
