document.getElementById("app")!.textContent = "Routing";
