import { patch } from "@web/core/utils/patch";
import { Record } from "@web/model/relational_model/record";

export const STAGE_REFUSED = "odoo.addons.crm_lifecycle.exceptions.StageRefused";

/**
 * A refused move hands the dialog what else was typed and not saved yet, and the model to reload.
 * The form goes back to the stage where the lead stands; what else was typed stays.
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
                this._putBackStage();
            }
            throw error;
        }
    },

    _applyChanges(changes) {
        const undo = super._applyChanges(...arguments);
        if (this.resModel === "crm.lead") {
            // What a new stage brought along (the probability) goes back with it.
            this._undoStage = "stage_id" in changes ? undo : null;
        }
        return undo;
    },

    _putBackStage() {
        if (!this.resId || !("stage_id" in this._changes)) {
            return;
        }
        this._undoStage?.();
        this._undoStage = null;
        delete this._changes.stage_id;
        this.data.stage_id = this._values.stage_id;
        this.dirty = Object.keys(this._changes).length > 0;
        this._setEvalContext();
    },
});
