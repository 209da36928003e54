SELECT digest, toString(outcome) AS outcome, modified
FROM watched_files FINAL
WHERE folder = {folder:String} AND digest = {digest:String}
