/** The values that fill each template. `stage` picks one of its wordings. */
export interface MailValues {
  invite: { name: string; company: string; link: string };
  "list-age": {
    stage: "soon" | "late" | "last" | "old" | "never";
    list: string;
    date: string;
    days: number;
    max: number;
  };
  "register-freed": {
    stage: "lost" | "attested" | "by-hand" | "back";
    list: string;
    n: number;
    version: number;
    date: string;
    by: string;
  };
  "review-due": { stage: "soon" | "due" | "never"; date: string };
  sync: { stage: "failed" | "quiet"; list: string; detail: string };
  budget: { name: string; most: number };
  "much-told": { n: number; days: number; most: number };
  lookup: { stage: "budget" | "failed"; source: string; most: number; error: string };
  "calls-blocked": { calls: string; agents: string };
  "recording-outside": { provider: string; region: string };
  "erasure-failed": { store: string; error: string };
  "recording-missing": { store: string };
  "erasures-unread": Record<string, never>;
  "rows-kept-back": { n: number; rows: string };
  "rows-unlike": { n: number; rows: string };
  "request-flood": { n: number; wave: string };
  "request-many": { n: number };
  "canary-passed": { layer: string; name: string; device: string; version: string };
  "canary-probed": { name: string; device: string; host: string; n: number };
  "canary-missing": { day: string; browsers: number; n: number };
  "trail-cut": { first: number; last: number };
  "trail-found": { n: number; rows: string };
  trial: { name: string };
  "mail-service": { stage: "set" | "gone"; by: string; host: string };
  "set-up-again": { name: string; email: string };
  "clock-jobs": { stage: "late" | "well"; what: string; error: string };
  "work-late": { what: string; n: number; since: string };
  "hold-review": { reviewOn: string };
  "request-received": { reference: string; company: string; link: string };
  "request-code": { reference: string; code: string };
  "request-news": { reference: string; link: string };
  "request-withdrawn": { reference: string; by: string };
  "request-due": { reference: string; duty: string; date: string; days: number };
  "files-left": { references: string };
  "database-size": { percent: number; size: string };
  "free-keys": { n: number; date: string };
  "recordings-refused": { stage: "no-prefix" | "other-prefix" | "old"; name: string };
  "connector-failed": {
    stage: "again" | "over" | "mark" | "signIn" | "signInEnds" | "secretEnds" | "calls" | "callsBehind";
    name: string;
    error: string;
  };
  head: { day: string; seq: number; document: string };
  statement: {
    day: string;
    barred: number;
    over28Days: number;
    unerased: number;
    lost: string;
    document: string;
  };
  turned: { what: string; why: string };
  "webhook-off": { host: string; why: string };
  proposal: { what: string; why: string; by: string; date: string };
  "proposal-alone": { what: string; why: string; by: string; date: string };
  "proposal-settled": { what: string; how: string };
  "set-up-day": { what: string; why: string; by: string };
  "consents-review": { n: number };
  "objections-scope": { n: number };
  "objection-ended": { by: string; why: string };
  "objections-taken-back": { n: number; by: string; why: string };
  "objection-scoped": { by: string; what: string; why: string };
  "duties-due": { count: string; document: string };
}
