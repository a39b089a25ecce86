export interface SettingsTables {
  settings: SettingsTable;
}

interface SettingsTable {
  key: string;
  /** JSON. */
  value: string;
}
