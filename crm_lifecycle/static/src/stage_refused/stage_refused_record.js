import { patch } from "@web/core/utils/patch";
import { Record } from "@web/model/relational_model/record";

export const STAGE_REFUSED = "odoo.addons.crm_lifecycle.exceptions.StageRefused";

/**
 * A refused move hands the dialog what else was typed and not saved yet, and the model to reload.
 */
patch(Record.prototype, {
    async _save() {
        if (this.resModel !== "crm.lead") {
            return super._save(...arguments);
        }
        const typed = this._getChanges();
        try {
            return await super._save(...arguments);
        } catch (error) {
            if (error.exceptionName === STAGE_REFUSED && error.data) {
                error.data.pending = { record: this, typed };
            }
            throw error;
        }
    },
});
