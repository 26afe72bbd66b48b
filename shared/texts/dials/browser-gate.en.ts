/** The browser's gate in the options, the popup and the first run, in English (United Kingdom). */
export const browserGateEn = {
  title: "Telephone links of the whole browser",
  intro:
    "On the sites above, ClearDial holds calls in the page. With this it also hears of every other telephone link that this browser opens, on any site, and holds those that may not be called. What you call elsewhere is not recorded, unless it was held; then without the site.",
  softphone: "Calls go out by",
  other: "Another softphone…",
  before: "What comes before the number in its addresses",
  beforeHint:
    "Such as acme: or acme://call?number=. Its support knows. Not tel: or sip:, which come back here.",
  wrong: "No call can go out by that. It must be a scheme of the softphone's own, such as callto:",
  managed: "Set by your administrator.",
  full: "Hear of all of them",
  fullHint:
    "Chrome then asks whether ClearDial may read your browsing history: it looks at the addresses of your company's server alone. Without it, ClearDial does not know which window opened a call, loses a call in an embedded object of a site that is not on without a word, cannot say that another site opens your telephone links, and Chrome shows an error instead of your page while the server does not answer.",
  turnOn: "Turn on…",
  turnOff: "Turn off…",
  again: "Ask Chrome…",
  test: "Test",
  testing: "Testing…",
  refused: "Chrome did not grant access, so nothing was changed.",
  failed: "That did not work. Sign in to your company's server first.",
  left: "Telephone links are still given to ClearDial: give them back on the page that has opened.",
  status: {
    off: "Off: telephone links on other sites go out unseen.",
    "no-softphone": "Off: no softphone is named by which allowed calls could go out.",
    "no-access": "Off: Chrome has not granted what it needs. Turn it on once more.",
    untried: "Not tested yet. Allow Chrome's question on the page that has opened, then press “Test”.",
    on: "On: telephone links of the whole browser come to ClearDial first.",
    other:
      "Not held: another site or program opens this browser's telephone links. Remove it at chrome://settings/handlers, then turn this on once more.",
    unasked:
      "Not held: telephone links do not come to ClearDial. Chrome has not been asked yet: press “Ask Chrome…”, then the button on the page that opens, and choose Allow.",
    declined:
      "Not held: telephone links do not come to ClearDial. Chrome was asked, and its question was declined or is still open, or another program opens them; Chrome does not say which. Look at chrome://settings/handlers, then press “Ask Chrome…”.",
  },
  partly: "Some are not heard: “Hear of all of them” is not granted.",
  first: "Hold every telephone link",
  joinFirst: "Once you have joined, it is turned on here, by one click.",
};
