/** The page that an invite's link opens where the extension is not installed. English (UK). */
export const joinPageEn = {
  title: "Join ClearDial",
  press:
    "Click the ClearDial icon beside the browser's address bar. It takes this invite and joins with it; one more click turns on your CRM and opens it.",
  none: "No icon? Press the jigsaw piece there, then ClearDial.",
  install: "Not in that list? Install ClearDial,",
  comeBack: "then come back to this page and click its icon.",
  installElsewhere:
    "If it is not in that list, install it first, from where your administrator said, then come back to this page.",
  otherwise: "Or copy this page's whole address, and paste it where ClearDial asks for the join code.",
  note: "An invite works once, within 24 hours. Keep it to yourself.",
};
