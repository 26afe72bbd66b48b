/**
 * The background: the only part that talks to the Worker. This file connects the parts; the messages go through
 * router.ts. Chrome stops the service worker at any time, so all that must outlive it is in chrome.storage.local
 * (the account, sites, rulings, dials) or chrome.storage.session (facts under their stamp, frames, the back-off), and
 * every listener is added before anything is awaited.
 */
import { openAccount } from "./sign-in/account.ts";
import { openCanary } from "./canary/canary.ts";
import { dialsInBrowser, inTab, tryHold } from "./canary/trial.ts";
import { listenAnywhere, openAnywhere, openPopup } from "./check/anywhere.ts";
import { openDialHandlers } from "./dials/handlers.ts";
import { serveAudio } from "./audio.ts";
import { openObjectionQueue } from "./dials/objections.ts";
import { openDialQueue } from "./dials/queue.ts";
import { openSoftphoneTry } from "./dials/softphone-try.ts";
import { openSignInHandlers } from "./sign-in/handlers.ts";
import { openHistoryHandlers } from "./check/history.ts";
import { openFactCache } from "./check/fact-cache.ts";
import { openBrowserGate } from "./gate/open.ts";
import { openFrames } from "./sites/frames.ts";
import { openWorkerClient } from "./worker-client.ts";
import { lookUp } from "./check/typed-text.ts";
import { openManaged } from "./managed.ts";
import { openRefresh } from "./sign-in/refresh.ts";
import { openPageHandlers } from "./page-handlers.ts";
import { siteState } from "./sites/site-state.ts";
import { isOurs, listen } from "./router.ts";
import { openRulings } from "./rulings.ts";
import { openCachedStorage } from "./storage.ts";
import { openSignIn } from "./sign-in/provider.ts";
import { openSites } from "./sites/sites.ts";
import { openSuccession } from "./sites/succession.ts";
import { lookAtTab } from "./sites/tab-frames.ts";
import { openSwitches } from "./sites/switches.ts";
import { openUiHandlers } from "./ui-handlers.ts";
import { openWelcome } from "./welcome.ts";
import type { Campaign } from "../../shared/policy/policy.ts";
import { AUDIO } from "../audio-port.ts";
import type { Trouble } from "../carried.ts";
import type { ToPage } from "../messages.ts";

const now = () => Date.now();
const get: typeof fetch = (...request) => fetch(...request);

const local = openCachedStorage(chrome.storage.local);
const session = openCachedStorage(chrome.storage.session, () => facts.shed());
const frames = openFrames(session);
const rulings = openRulings(local);
const sites = openSites({ local, session, frames, now, managed: () => managed.sites() });
const device = `Chrome on ${(navigator as { userAgentData?: { platform?: string } }).userAgentData?.platform || "?"}`;
const account = openAccount({
  local,
  fetch: get,
  device,
  changed() {
    worker.reset();
    facts.reset();
    me.reset();
    canary.reset();
    dials.flush();
    objections.flush();
    tellStale({ numbers: [], all: true, context: null });
    void gate.follow();
  },
});
const worker = openWorkerClient({
  account: account.current,
  fetch: get,
  now,
  random: Math.random,
  storage: session,
  changed(why) {
    showTrouble(why);
    if (why) return;
    dials.flush();
    objections.flush();
  },
});
const facts = openFactCache({
  worker,
  storage: session,
  now,
  purpose: () => local.get<Campaign>("purpose"),
  tick: () => new Promise((done) => setTimeout(done)),
  stale: tellStale,
  barring: () => objections.barring(),
  called: () => dials.waiting(),
});
const dials = openDialQueue({
  worker,
  account: account.current,
  local,
  later: (run, ms) => setTimeout(run, ms),
  wrong: (numbers) => facts.doubt(numbers),
  called(number, at) {
    void frames.tell({ kind: "facts.tried", number, at });
    gate.tried(number, at);
  },
  counted: (number) => facts.counted(number),
});
const softphoneTry = openSoftphoneTry({ session, worker, now });
const records = { ...dials, add: softphoneTry.recording((...dial) => dials.add(...dial)) };
const objections = openObjectionQueue({
  ...{ worker, account: account.current, facts, local, now },
  newKey: () => crypto.randomUUID(),
  later: (run, ms) => setTimeout(run, ms),
  warn: dials.warn,
});
const me = openRefresh({ worker, account, storage: session, now });
const hex = (bytes: Uint8Array) => [...bytes].map((n) => n.toString(16).padStart(2, "0")).join("");
const newId = () => hex(crypto.getRandomValues(new Uint8Array(16)));
const canary = openCanary({
  ...{ worker, local, session, now, newId },
  clockOffset: () => context()?.clockOffset ?? 0,
  version: chrome.runtime.getManifest().version,
  tryIn: (tabId, frameId) => tryHold(inTab(tabId), frameId),
  isGateOn: () => gate.isCounted(),
  tryGate: (tabId, frameId) => gate.tryIn(() => dialsInBrowser(inTab(tabId), frameId)),
});
const signIn = openSignIn({
  account,
  fetch: get,
  device,
  redirectUri: chrome.identity.getRedirectURL("sso"),
  flow: (url) => chrome.identity.launchWebAuthFlow({ url, interactive: true }),
});
const managed = openManaged({
  account,
  fetch: get,
  local,
  read: () => chrome.storage.managed.get(),
  changed() {
    void sites.follow();
    void frames.tell({ kind: "protocols", off: managed.protocolsOff() });
    void gate.follow();
  },
});
const switches = openSwitches({
  sites,
  managed,
  named: () => context()?.policy.sites ?? [],
});

const anywhere = openAnywhere({
  session,
  now,
  lookUp: (text) => lookUp(text, facts),
  open: openPopup,
});

const succession = openSuccession({
  ...{ local, session },
  random: newId,
  digest: async (text) =>
    hex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)))),
});

const welcome = openWelcome({ local, signedIn: () => managed.signsIn() });

/** Tells everyone who holds facts. */
function tellStale(message: ToPage["facts.stale"]) {
  void frames.tell({ kind: "facts.stale", ...message });
  gate.stale(message);
}

/** Marks the toolbar's icon: badges that say "unknown" everywhere need a reason in sight. */
function showTrouble(why: Trouble | null) {
  void chrome.action.setBadgeText({ text: why ? "!" : "" });
  void chrome.action.setBadgeBackgroundColor({ color: "#e5383b" });
}

const context = () => facts.held()?.context ?? null;

const trouble = async (): Promise<Trouble | null> =>
  (await account.current()) ? worker.trouble() : "not-joined";

const gate = openBrowserGate({
  ...{ local, session, account: account.current, frames, now, context, trouble },
  dials: records,
  managed: () => managed.softphone(),
  rulings: rulings.of,
  kept: facts.kept,
  later: (run, ms) => setTimeout(run, ms),
  newKey: newId,
  handlers: () => pageHandlers,
  ready: Promise.all([local.ready, session.ready]),
});

/** Brings policy, lists and the person's role up to date, without anybody waiting for it. */
const freshen = () =>
  void managed
    .follow()
    .then(() => Promise.all([facts.poll(0), me.learn()]))
    .catch(() => {});

const ready = Promise.all([local.ready, facts.ready]);
const pageHandlers = openPageHandlers({
  ...{ facts, worker, frames, rulings, context, trouble, freshen },
  learnWho: me.learn,
  seen: (sender) => void canary.seen(sender),
  documentsOf: async (tabId) => (await lookAtTab(tabId))?.alive ?? null,
  injectCard: (sender) => sites.card(sender),
  tokensOf: (documentId) => succession.of(documentId),
  protocolsOff: managed.protocolsOff,
  softphone: gate.inPages,
});
const dialHandlers = openDialHandlers({ account, worker, facts, dials: records, objections, now });
listen(
  {
    ...pageHandlers,
    ...dialHandlers,
    ...gate.dialHandlers(dialHandlers),
    ...gate.handlers,
    ...softphoneTry.handlers,
    ...openHistoryHandlers(worker),
    ...openUiHandlers({
      ...{
        account,
        worker,
        facts,
        dials,
        objections,
        managed,
        rulings,
        sites,
        switches,
        context,
        trouble,
        freshen,
      },
      takeAsked: () => session.ready.then(() => anywhere.take()),
      keepPurpose: (purpose) => (purpose ? local.set("purpose", purpose) : local.remove("purpose")),
      siteState: (tabId) => siteState(tabId, sites, frames),
      gate: gate.state,
    }),
    ...switches.handlers,
    ...openSignInHandlers({ account, signIn, managed, fetch: get, entered: freshen }),
  },
  ready,
);

chrome.runtime.onConnect.addListener((port) => {
  if (port.name === AUDIO && port.sender && isOurs(port.sender)) serveAudio(port, worker);
});
listenAnywhere(anywhere, ready);
// Only to be woken: what a start asks for is done below, as on every waking.
chrome.runtime.onStartup.addListener(() => {});
chrome.runtime.onInstalled.addListener(({ reason }) => void welcome(reason));
chrome.storage.onChanged.addListener((_, area) => {
  if (area === "managed") void local.ready.then(managed.follow);
});
chrome.permissions.onAdded.addListener(() => {
  gate.listen();
  void gate.follow();
  void sites.grantAdded();
});
chrome.permissions.onRemoved.addListener(() => {
  void gate.follow();
  void sites.follow();
});
chrome.tabs.onRemoved.addListener((tabId) => {
  gate.closed(tabId);
  void session.ready.then(() => frames.closed(tabId));
});
gate.listen();

// The token is in chrome.storage.local, which content scripts could read otherwise.
void chrome.storage.local.setAccessLevel({ accessLevel: "TRUSTED_CONTEXTS" });
void sites.begin();
void gate.follow();
void session.ready.then(() => showTrouble(worker.trouble()));
// What the last life could not send.
dials.flush();
objections.flush();
void session.ready.then(managed.follow);
