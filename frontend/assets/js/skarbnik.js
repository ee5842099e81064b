/* Enhancement only: every page works without this file. */
"use strict";

(() => {
  const NBSP = "\u00a0";

  /** Writes integer grosze as the server does (formats.money_text): 1 234,56 zł. */
  const money = (grosze) => {
    const size = Math.abs(grosze);
    const zlote = String(Math.floor(size / 100)).replace(/\B(?=(\d{3})+$)/g, NBSP);
    return `${grosze < 0 ? "\u2212" : ""}${zlote},${String(size % 100).padStart(2, "0")}${NBSP}zł`;
  };

  const sum = (boxes) => boxes.reduce((total, box) => total + Number(box.dataset.amountGr || 0), 0);

  /** Basket: the total follows the choice. */
  const followBasket = (output) => {
    const form = output.closest("form");
    if (!form) return;
    const refresh = () => {
      const chosen = [...form.querySelectorAll("input[data-amount-gr]:checked")];
      const text = money(sum(chosen));
      if (output.textContent.trim() === text) return;
      const shown = document.createElement("span");
      shown.className = "money";
      shown.textContent = text;
      output.replaceChildren(shown);
    };
    form.addEventListener("change", refresh);
    window.addEventListener("pageshow", refresh);
    refresh();
  };

  /** Desk tables: choose all, and see how many and how much. */
  const followRows = (bar) => {
    const form = bar.closest("form");
    if (!form) return;
    const rows = () => [...form.querySelectorAll("input[data-row]:not(:disabled)")];
    if (rows().length === 0) return;
    const all = bar.querySelector("[data-select-all]");
    const refresh = () => {
      const chosen = rows().filter((row) => row.checked);
      all.checked = chosen.length > 0 && chosen.length === rows().length;
      all.indeterminate = chosen.length > 0 && !all.checked;
      bar.querySelector("[data-selected-count]").textContent = String(chosen.length);
      bar.querySelector("[data-selected-total]").textContent = money(sum(chosen));
    };
    all.addEventListener("change", () => {
      for (const row of rows()) row.checked = all.checked;
    });
    form.addEventListener("change", refresh);
    window.addEventListener("pageshow", refresh);
    bar.hidden = false;
    refresh();
  };

  /** A value to copy: the button appears only where copying works. */
  const offerCopy = (box) => {
    const button = box.querySelector("[data-copy]");
    const status = box.querySelector("[data-copy-status]");
    const words = button.querySelector("[data-copied]");
    const before = words.textContent;
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(box.querySelector("[data-copy-text]").dataset.copyText);
      words.textContent = words.dataset.copied;
      status.textContent = words.dataset.copied;
      window.setTimeout(() => {
        words.textContent = before;
        status.textContent = "";
      }, 4000);
    });
  };

  document.querySelectorAll("[data-basket-total]").forEach(followBasket);
  document.querySelectorAll("[data-select-rows]").forEach(followRows);
  document.querySelectorAll("[data-copyable]").forEach(offerCopy);

  /* A form that only passes the browser on. Who comes back to it by "back" decides with its button. */
  if (performance.getEntriesByType("navigation")[0]?.type !== "back_forward") {
    document.querySelector("form[data-sends-itself]")?.submit();
  }

  /* `autofocus` does this where it may; not with a #fragment in the address. */
  window.addEventListener("load", () => {
    if (document.activeElement === document.body) document.querySelector("[data-error-summary]")?.focus();
  });
})();
