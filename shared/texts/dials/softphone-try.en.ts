/** The try of the agent's own softphone, in the options and the first run, in English (United Kingdom). */
export const softphoneTryEn = {
  title: "Try your own softphone",
  intro:
    "Calls of some softphones are held, and of some they are not. Find out which yours is: dial a number of ClearDial's own that is barred and that nobody has.",
  steps: [
    "Press “Begin”. ClearDial then listens for two minutes.",
    "Dial {number} as you dial a customer: on the softphone's own keypad, or by a click in your CRM, where you save it as a contact first. If nothing holds the call, you hear that there is no such number.",
    "Read here what held it. A click and the keypad are two ways: try each.",
  ],
  begin: "Begin",
  again: "Try once more",
  copy: "Copy the number",
  listening: "Listening: dial {number} now.",
  over: "I dialled, and nothing held it",
  held: {
    page: "Held, by the page's guard on {site}: a call that begins by a click there is held before anything dials. The softphone's keypad is another way: try it as well.",
    protocol:
      "Held, by the softphone's call protocol on {site}: whatever begins a call in it, a click or its keypad, the call is refused before it leaves.",
    browser:
      "Held, by the browser's gate: telephone links of the whole browser are held, on any site. A number typed into the softphone itself is another way: try it as well.",
    server:
      "Held, by the telephone system's gate: every call by that line is held, from whatever device it comes.",
  },
  other:
    "A telephone system has just asked ClearDial about this number, and was told not to let it ring. It did not say for whom: if a colleague tries at the same time, it may be their call. If nobody does, every call by your line is held.",
  passed: {
    page: "Not held: the page's guard on {site} saw the call and let it go. Stop calling in this browser, and tell your administrator.",
    protocol:
      "Not held: the call protocol on {site} showed the call, and it went on. Stop calling in this browser, and tell your administrator.",
    browser:
      "Not held: the browser's gate saw the call and let it go. Stop calling in this browser, and tell your administrator.",
    server:
      "Not held: the telephone system's gate let the call go. Stop calling, and tell your administrator.",
  },
  unseen: "Not held: no layer of ClearDial saw this call. From this softphone, barred numbers ring.",
  audio:
    "A page on {site} began a call. ClearDial saw only its audio, as it knows no protocol of that softphone: such a call goes on record without a number, and is not held.",
  unasked: "Whether a telephone system held it is not known: the server could not be asked.",
  todo: {
    title: "What to do",
    page: "The softphone is in a web page: open it, press ClearDial's button in Chrome's toolbar, and turn on that site and the frames that it lists. Then try once more.",
    link: "A link or a button starts the softphone, a program of its own: turn on “Telephone links of the whole browser” in the options.",
    keypad:
      "You typed the number into a program, a telephone or another extension: nothing in this browser can hold that. Ask your administrator to have the telephone system ask ClearDial before each call.",
    meanwhile:
      "Until then, look up each number in ClearDial's window before you dial it there. The options list the softphones that are held.",
  },
  options: "Open the options",
};
