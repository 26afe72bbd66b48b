/** Vue, with rows that are patched, moved and removed. */
import { createApp, h, nextTick, ref, TransitionGroup } from "vue";
import { type Contact, contacts, ready, settled } from "./steps.ts";

const rows = ref<Contact[]>(contacts(12));
createApp(() =>
  h(TransitionGroup, { tag: "ul" }, () =>
    rows.value.map(({ id, name, phone }) =>
      h("li", { key: id }, [name, ": ", h("b", phone), ` or ${phone}`]),
    ),
  ),
).mount("#root");

const put = async (next: Contact[]) => {
  rows.value = next;
  await nextTick();
  await settled();
};
ready([
  () => put(rows.value.toReversed()),
  () => put(rows.value.map((row) => ({ ...row, phone: contacts(1, row.id + 30)[0]!.phone }))),
  () => put([...rows.value.filter((row) => row.id % 2), ...contacts(4, 60)]),
  () => put([]),
  () => put(contacts(6, 10)),
]);
