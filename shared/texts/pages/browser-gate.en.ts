/** The Worker's pages of the browser's gate. English (UK). */
export const browserGateEn = {
  held: {
    title: "This call was held",
    what: "This browser gives its telephone links to ClearDial, and ClearDial did not take this one: its extension is switched off, was removed, or its gate is not turned on here. Nothing was dialled. In an emergency, use a telephone.",
    steps: [
      "Go back: your page is behind this one.",
      "Switch ClearDial on again at chrome://extensions, or turn on “Telephone links of the whole browser” in its options. Then press the number again.",
      "Or give telephone links back to the browser, on the page below. Your administrator may have set it: then only they can.",
    ],
    undo: "Turn it on, or give telephone links back",
  },
  on: {
    title: "Telephone links of the whole browser",
    what: "ClearDial hears of every telephone link that this browser opens, on any site, and holds those that may not be called. Come here from ClearDial's options: a softphone must be named there first, or no call can go out.",
    steps: [
      "Press the button. Chrome asks once for each kind of link: choose Allow.",
      "Go back to ClearDial's options and press “Test”.",
    ],
    on: "Open telephone links with ClearDial",
    asked: "Chrome has been asked. Go back to ClearDial's options and press “Test”.",
    off: "Give telephone links back",
    undone: "Telephone links go to the browser's own handler again.",
    failed: "This browser does not let a page handle telephone links.",
    declined:
      "Chrome does not ask again after “Block”. Open chrome://settings/handlers, remove this site from the blocked ones, and press the button again. If another site opens telephone links, remove it there.",
  },
};
