/** The script of card and dialog, which bring React: injected into a frame when either is first needed. */
import "./card/card.tsx";
import "./dialog/dialog.tsx";
