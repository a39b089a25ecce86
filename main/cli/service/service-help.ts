/** What commands that talk to the service say below their options. */
export const SERVICE_HELP = `
They talk to the running service, which is found by --url, --data-dir, GUARDIT_URL or GUARDIT_DATA_DIR, else in the usual
data folder. Who you are: --token-file or GUARDIT_TOKEN_FILE, else your login (guardit login), else the admin token of the data
folder, where your account may read it. Secrets never stand in a command.`;
