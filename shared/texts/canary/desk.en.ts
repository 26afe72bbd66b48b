/** The browsers' own test of what holds calls, on the desk and in mails. English (UK). */
import type { EveryLayer } from "../../canary/number.ts";
import { counted } from "../language.ts";

export const canaryEn = {
  /** What a browser is called whose token names no device. */
  noDevice: "a managed browser",
  /** Where nothing was ever heard of it. */
  noVersion: "unknown",
  layers: {
    link: "a link",
    script: "a script",
    frame: "a frame",
    softphone: "a softphone",
    browser: "the whole browser",
  } satisfies Record<EveryLayer, string>,
  title: "The hold, tried in each browser",
  lead: "Once a day each browser dials a test number that nobody has, and stops just before the call. It must be held.",
  table: "What the tests found",
  none: "No browser has been in use.",
  day: { today: "Today", yesterday: "Yesterday" },
  columns: {
    day: "Day",
    layer: "Way to dial",
    browsers: "Browsers in use",
    held: "Held",
    passed: "Passed",
    missing: "Missing",
  },
  passes: "Passed",
  missingOf: "Missing yesterday",
  pass: "{layer}, {name}, {device}, version {version}",
  more: counted("The first {n} is shown.", "The first {n} are shown."),
  browser: "{name}, {device}, version {version}",
  todos: {
    passed: {
      title: counted("The hold failed its test once", "The hold failed its test {n} times"),
      text: "A call to a barred number would have been made. Stop calling in these browsers until the cause is known.",
      do: "See which",
    },
    missing: {
      title: counted(
        "{n} browser in use was not tested yesterday",
        "{n} browsers in use were not tested yesterday",
      ),
      text: "Nobody knows whether calls were held there.",
      do: "See which",
    },
  },
};
