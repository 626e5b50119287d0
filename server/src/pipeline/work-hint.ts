/** The notification channel on which doors and facts say that there may be work. A hint: every loop also looks by itself. */
export const WORK_CHANNEL = 'plumbline_work';
