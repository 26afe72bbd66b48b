/** The screens of which `npm run shots:pairs` shows two states side by side, and where each picture comes from. */

/** A picture (build/shots/PICTURE.png), and the test that takes it; "walk" is scripts/pairs-walk.ts. */
type Picture = readonly [from: string, picture: string];

export interface Pair {
  /** The name of the file in build/shots/pairs. */
  name: string;
  /** What to look for. */
  asks: string;
  /** In the state of 26 November 2026 (23211475). Null if there was no such screen. */
  before: Picture | null;
  after: Picture;
}

export const WALK = "walk";
const walk = (picture: string): Picture => [WALK, `walk-${picture}`];
const old = (test: string, picture: string): Picture => [`test/e2e/${test}.test.ts`, picture];
const now = old;
const pair = (name: string, asks: string, before: Picture | null, after: Picture): Pair => ({
  ...{ name, asks, before, after },
});
const both = (name: string, asks: string): Pair => pair(name, asks, walk(name), walk(name));

export const pairs: readonly Pair[] = [
  pair(
    "01-popup-save",
    "A changed policy: what it will change, the reason, Save and Undo within Chrome's 600 pixels",
    old("policy", "popup-manager-staged"),
    now("popup/policy.long", "popup-manager-staged"),
  ),
  pair(
    "02-popup-agent",
    "An agent's popup: this page first, then a check, then who is signed in",
    old("policy", "popup-agent"),
    now("popup/extension", "popup-agent-page"),
  ),
  pair(
    "03-do-not-call",
    "Putting a number on the list asks who said so",
    old("page", "card-do-not-call"),
    now("page/page", "card-do-not-call"),
  ),
  pair(
    "04-say-first",
    "What to say, once a call may be made",
    old("page", "card-clear-dark"),
    now("page/page", "card-clear-dark"),
  ),
  pair(
    "05-history",
    "A number's history in three lines",
    old("page", "card-blocked"),
    now("page/page", "card-history"),
  ),
  pair(
    "06-reason",
    "Choosing a reason by keyboard keeps the focus in the group",
    old("ask", "ask-override"),
    now("page/dialog", "ask-choice"),
  ),
  pair(
    "07-country",
    "Which country, as a list that is searched",
    old("ask", "ask-country"),
    now("page/dialog", "ask-country"),
  ),
  pair(
    "08-screened",
    "A line for a call that the telephone of the called person screens",
    old("ask", "ask-caution"),
    now("page/dialog", "ask-caution"),
  ),
  pair(
    "09-first-run",
    "From an invite's link to the first badge",
    old("options", "public-join"),
    now("popup/invite", "invite-page"),
  ),
  pair(
    "10-gate",
    "The browser's gate and softphones, each with its state",
    old("options", "options-joined"),
    now("popup/gate.long", "options-gate-on"),
  ),
  pair("11-find", "One box finds a number everywhere", walk("11-find"), now("desk/check", "desk-find")),
  pair(
    "12-request",
    "A request: the one next step is large",
    old("desk-requests", "desk-request"),
    now("desk/privacy-requests/privacy-requests", "desk-request-path"),
  ),
  pair(
    "13-silence",
    "Others are silenced by dragging on the waveform",
    null,
    now("desk/privacy-requests/privacy-requests", "desk-request-silence-wave"),
  ),
  pair(
    "14-push",
    "A register's file: what would change, before it is live",
    old("desk-data", "desk-push-ready"),
    now("desk/registers.long", "desk-push-preview"),
  ),
  pair(
    "15-dates",
    "Days are typed and pasted",
    old("desk-data", "desk-consents-add"),
    now("desk/do-not-call.long", "desk-consents-add"),
  ),
  pair(
    "16-policy",
    "What is different from the policy in force",
    old("desk-work", "desk-policy-staged"),
    now("desk/policy.long", "desk-policy-staged"),
  ),
  pair(
    "17-proof",
    "A proof begins with one sentence",
    old("desk-proof", "desk-proof-number"),
    now("desk/proof", "desk-proof-number"),
  ),
  pair(
    "18-screening",
    "A screening: one unit, the badges' colours, what may be called",
    old("desk-screening", "desk-screening-done"),
    now("desk/screening", "desk-screening-done"),
  ),
  both("19-overview", "Tasks that are true, charts whose labels do not collide"),
  both("20-tables", "Filters, many rows at once, the time zone, and the width of 1920 pixels"),
  pair(
    "21-settings",
    "Mail is set up and tested in the desk",
    null,
    now("desk/mail.long", "desk-mail-service"),
  ),
  both("22-receipt", "Without a mail service: a reference to keep, and how to prove who they are"),
  both("23-root", "A page at the Worker's root"),
  both("23-nowhere", "A page that is not there"),
  pair(
    "24-status",
    "How far is my request, by reference and a code",
    null,
    now("public/privacy-requests", "status-asks"),
  ),
  pair(
    "25-policy",
    "The policy in force, to print, with its past versions",
    old("options", "public-policy-full"),
    now("popup/options", "public-policy-full"),
  ),
  both("26-command-line", "The command line's help"),
  both("27-wrong", "A wrong field is named beside it, and has the focus"),
  both("28-zoom", "At 400 % zoom"),
  both("28-forced", "In Windows' forced colours"),
];
