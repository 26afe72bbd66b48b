/** A rich-text editor: ProseMirror watches its own DOM, and treats any foreign change there as typing. */
import { baseKeymap } from "prosemirror-commands";
import { keymap } from "prosemirror-keymap";
import { schema } from "prosemirror-schema-basic";
import { EditorState } from "prosemirror-state";
import { EditorView } from "prosemirror-view";
import { contacts, ready } from "./steps.ts";

const [a, b] = contacts(2, 20);
const doc = schema.node("doc", null, [
  schema.node("paragraph", null, [
    schema.text(`Called ${a!.phone} twice; `),
    schema.text(b!.phone, [schema.mark("strong")]),
  ]),
  schema.node("paragraph", null, [schema.text("Then ")]),
]);
const view = new EditorView(document.getElementById("root"), {
  state: EditorState.create({ doc, plugins: [keymap(baseKeymap)] }),
});
// Without this, spaces at a line's end are lost.
view.dom.style.whiteSpace = "pre-wrap";
(window as { fixtureDocument?: () => string }).fixtureDocument = () =>
  JSON.stringify(view.state.doc.toJSON());
ready([]);
