/** Objects that are not what they were, with the fields that changed. What controllers made of it is folded. */
import { h } from "../dom";
import { t } from "../i18n";
import type { Changed, ChangedField, ChangedObject } from "../protocol";

export function objectList({ objects, more_objects: more }: Changed): HTMLElement {
  const written = objects.filter(({ derived }) => !derived);
  const derived = objects.filter((one) => one.derived);
  return h(
    "div",
    { class: "things" },
    written.length ? h("ul", {}, ...written.map(item)) : h("p", {}, t("edit.no-objects")),
    derived.length
      ? h(
          "details",
          {},
          h("summary", {}, t("edit.derived", { count: derived.length })),
          h("ul", {}, ...derived.map(item)),
        )
      : null,
    more ? h("p", {}, t("and-more", { count: more })) : null,
  );
}

function item({ object, what, fields, more }: ChangedObject): HTMLElement {
  const words = what === "added" ? t("edit.added") : what === "removed" ? t("edit.removed") : "";
  return h(
    "li",
    { class: what },
    h("b", {}, object),
    words ? h("em", {}, words) : null,
    ...fields.map(change),
    more ? h("p", {}, t("and-more", { count: more })) : null,
  );
}

function change({ path, old, new: now }: ChangedField): HTMLElement {
  return h(
    "p",
    { class: "mono" },
    h("span", {}, `${path} `),
    old === null ? null : h("s", {}, old),
    " → ",
    now === null ? h("i", {}, t("edit.gone")) : h("b", {}, now),
  );
}
