/** The page that an invite's link opens where the extension is not installed. English (UK). */
export const joinPageEn = {
  title: "Join ClearDial",
  steps: [
    "Click the ClearDial icon beside the browser's address bar. It takes this invite, and leads you through the rest: join, turn on your CRM, open it.",
    "No icon? Press the jigsaw piece there, then ClearDial. If it is not in that list, install it first, from where your administrator said.",
  ],
  otherwise: "Or copy this page's whole address, and paste it where ClearDial asks for the join code.",
  note: "An invite works once, within 24 hours. Keep it to yourself.",
};
